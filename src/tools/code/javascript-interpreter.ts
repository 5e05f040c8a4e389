import release from '@jitl/quickjs-wasmfile-release-sync';
import {
  type CustomizeVariantOptions,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
} from 'quickjs-emscripten-core';
import { messageOf } from '../../shared/thrown.ts';
import { bodiesOf, CONSOLE } from './javascript-cell.ts';
import { openFolder } from './javascript-folder.ts';
import type { InterpreterJob, InterpreterLimits, InterpreterOutcome } from './javascript-job.ts';

/** Missing from the types of Node, present in every Node. */
declare const WebAssembly: {
  readonly Memory: new (pages: {
    initial: number;
    maximum: number;
  }) => NonNullable<CustomizeVariantOptions['wasmMemory']>;
};

// The package's types describe its CommonJS build, where the variant is one level further down.
const variant = 'default' in release ? release.default : release;

/** Pages of 64 KB: what the interpreter itself needs to start. */
const INITIAL_PAGES = 256;
const PAGES_PER_MB = 16;

/**
 * Runs code in a JavaScript interpreter of its own, compiled to WebAssembly, that can reach nothing outside.
 * The memory cap is the WebAssembly memory's maximum: the interpreter's own limit is not kept by it
 * (https://github.com/justjake/quickjs-emscripten/issues/271). Blocks its thread: call it in a worker.
 */
export async function interpret({
  code,
  files,
  limits,
}: InterpreterJob): Promise<InterpreterOutcome> {
  const wasmMemory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: limits.memoryMb * PAGES_PER_MB,
  });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }));
  const vm = quickjs.newContext();
  const log = printer(limits.outputChars);
  const folder = openFolder(vm, files);
  const left = () => ({ ...log.printed(), files: folder() });
  // Neither context nor module is disposed of: the thread and its memory end with this one run.
  try {
    return { ...evaluate({ vm, code, limits, log }), ...left() };
  } catch (error) {
    // The interpreter itself broke down (its stack or memory ran out where it could not say so).
    const text = messageOf(error);
    return { ...breakdown(text), ...left() };
  }
}

interface Evaluation {
  readonly vm: QuickJSContext;
  readonly code: string;
  readonly limits: InterpreterLimits;
  readonly log: ReturnType<typeof printer>;
}

type End = Pick<InterpreterOutcome, 'kind' | 'text'>;

function evaluate({ vm, code, limits, log }: Evaluation): End {
  const time = startTimer(vm, limits.timeMs);
  const show = furnish(vm, log.print, limits.outputChars);
  const describe = (error: QuickJSHandle): End => {
    if (time.isUp()) return { kind: 'out_of_time', text: '' };
    const text = vm.unwrapResult(vm.callFunction(show, vm.undefined, error, vm.true));
    return breakdown(vm.getString(text));
  };
  const result = vm.evalCode(runnable(vm, code), 'code.js');
  if (result.error) return describe(result.error);
  const settled = settle(vm, result.value, time.isUp);
  if (time.isUp()) return { kind: 'out_of_time', text: '' };
  if (settled.kind === 'pending') return { kind: 'never_settled', text: '' };
  if (settled.kind === 'threw') return describe(settled.error);
  const shown = vm.callFunction(show, vm.undefined, settled.value, vm.false);
  if (shown.error) return describe(shown.error);
  return { kind: 'finished', text: vm.getString(shown.value) };
}

/** Which kind of end an error is can only be read from its text. */
function breakdown(text: string): End {
  if (/^interrupted$/.test(text)) return { kind: 'out_of_time', text: '' };
  const isMemory = /out of memory|memory access out of bounds/i.test(text);
  return { kind: isMemory ? 'out_of_memory' : 'threw', text };
}

function startTimer(vm: QuickJSContext, timeMs: number): { isUp(): boolean } {
  const endsAt = performance.now() + timeMs;
  const isUp = () => performance.now() > endsAt;
  vm.runtime.setInterruptHandler(isUp);
  return { isUp };
}

const runnable = (vm: QuickJSContext, code: string): string =>
  [code, ...bodiesOf(code)].find((text) => parses(vm, text)) ?? code;

function parses(vm: QuickJSContext, code: string): boolean {
  const compiled = vm.evalCode(code, 'code.js', { compileOnly: true });
  compiled.dispose();
  return compiled.error === undefined;
}

type Settled =
  | { readonly kind: 'value'; readonly value: QuickJSHandle }
  | { readonly kind: 'threw'; readonly error: QuickJSHandle }
  | { readonly kind: 'pending' };

const JOBS_AT_A_TIME = 1000;

function settle(vm: QuickJSContext, value: QuickJSHandle, isTimeUp: () => boolean): Settled {
  while (vm.runtime.hasPendingJob() && !isTimeUp()) {
    const jobs = vm.runtime.executePendingJobs(JOBS_AT_A_TIME);
    if (jobs.error) return { kind: 'threw', error: jobs.error };
  }
  const state = vm.getPromiseState(value);
  switch (state.type) {
    case 'fulfilled':
      return { kind: 'value', value: state.value };
    case 'rejected':
      return { kind: 'threw', error: state.error };
    case 'pending':
      return { kind: 'pending' };
  }
}

/** Gives the code a `console`; returns the function that turns a value (or a thrown one) into text. */
function furnish(
  vm: QuickJSContext,
  print: (line: string) => void,
  maxChars: number,
): QuickJSHandle {
  const emit = vm.newFunction('emit', (line) => print(vm.getString(line)));
  const setUp = vm.unwrapResult(vm.evalCode(CONSOLE, 'setup.js'));
  return vm.unwrapResult(vm.callFunction(setUp, vm.undefined, emit, vm.newNumber(maxChars)));
}

function printer(maxChars: number) {
  let log = '';
  let unlogged = 0;
  return {
    print(line: string): void {
      const room = Math.max(maxChars - log.length, 0);
      const text = `${line}\n`;
      log += text.slice(0, room);
      unlogged += Math.max(text.length - room, 0);
    },
    printed: () => ({ log, unlogged }),
  };
}
