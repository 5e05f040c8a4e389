import type { QuickJSContext } from 'quickjs-emscripten-core';
import type { FolderBytes } from './javascript-job.ts';
import { isFileName } from './kept-files.ts';
import { MAX_FILE_BYTES, MAX_FILES } from './sandbox.ts';

/** A folder that exists for the code only: bounded, flat, without a file system behind it. Gives what is in it now. */
export function openFolder(vm: QuickJSContext, given: FolderBytes): () => FolderBytes {
  const files = new Map(given);
  const found = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new Error(`There is no file "${name}"`);
    return bytes;
  };
  const read = vm.newFunction('read', (name) =>
    vm.newString(new TextDecoder().decode(found(vm.getString(name)))),
  );
  const write = vm.newFunction('write', (name, content) => {
    const bytes =
      vm.typeof(content) === 'string'
        ? new TextEncoder().encode(vm.getString(content))
        : vm.getArrayBuffer(content).consume(({ value }) => value.slice());
    put(files, vm.getString(name), bytes);
  });
  const list = vm.newFunction('list', () => vm.newString(JSON.stringify([...files.keys()])));
  const remove = vm.newFunction('remove', (name) => {
    files.delete(vm.getString(name));
  });
  const setUp = vm.unwrapResult(vm.evalCode(SET_UP, 'folder.js'));
  const maxBytes = vm.newNumber(MAX_FILE_BYTES);
  vm.unwrapResult(vm.callFunction(setUp, vm.undefined, read, write, list, remove, maxBytes));
  return () => files;
}

function put(files: Map<string, Uint8Array>, name: string, bytes: Uint8Array): void {
  if (!isFileName(name)) throw new Error(`"${name.slice(0, 100)}" cannot be the name of a file`);
  const others = [...files].filter(([known]) => known !== name);
  if (others.length >= MAX_FILES) throw new Error(`There is room for ${MAX_FILES} files`);
  const size = others.reduce((sum, [, { length }]) => sum + length, bytes.length);
  if (size > MAX_FILE_BYTES)
    throw new Error(`There is room for ${MAX_FILE_BYTES} bytes in all files`);
  files.set(name, bytes);
}

/** Keeps what it uses, as the console does; what is too large does not cross the border. */
const SET_UP = `(read, write, list, remove, maxBytes) => {
  'use strict';
  const { parse } = JSON;
  const text = String;
  const Bytes = Uint8Array;
  const { isView } = ArrayBuffer;
  const slice = Function.prototype.call.bind(ArrayBuffer.prototype.slice);
  const fitting = (length) => { if (!(length <= maxBytes)) throw new RangeError('The file is too large'); };
  const contentOf = (content) => {
    if (isView(content)) {
      fitting(content.byteLength);
      return slice(content.buffer, content.byteOffset, content.byteOffset + content.byteLength);
    }
    const written = text(content);
    fitting(written.length);
    return written;
  };
  globalThis.readFile = (name) => read(text(name));
  globalThis.writeFile = (name, content) => { write(text(name), contentOf(content)); };
  globalThis.listFiles = () => parse(list());
  globalThis.removeFile = (name) => { remove(text(name)); };
}`;
