import release from '@jitl/quickjs-wasmfile-release-sync';
import {
  type CustomizeVariantOptions,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
} from 'quickjs-emscripten-core';
import { messageOf } from '../shared/thrown.ts';
import type { SandboxJob, SandboxLimits, SandboxOutcome } from './javascript-job.ts';

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
export async function runSandboxed({ code, limits }: SandboxJob): Promise<SandboxOutcome> {
  const wasmMemory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: limits.memoryMb * PAGES_PER_MB,
  });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }));
  const vm = quickjs.newContext();
  const log = printer(limits.outputChars);
  // Neither context nor module is disposed of: the thread and its memory end with this one run.
  try {
    return { ...evaluate({ vm, code, limits, log }), ...log.printed() };
  } catch (error) {
    // The interpreter itself broke down (its stack or memory ran out where it could not say so).
    const text = messageOf(error);
    return { ...breakdown(text), ...log.printed() };
  }
}

interface Evaluation {
  readonly vm: QuickJSContext;
  readonly code: string;
  readonly limits: SandboxLimits;
  readonly log: ReturnType<typeof printer>;
}

type End = Pick<SandboxOutcome, 'kind' | 'text'>;

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

/** Code that does not parse as a script may be a function body: models like to `return` and `await`. */
function runnable(vm: QuickJSContext, code: string): string {
  const body = `(async () => {\n${code}\n})()`;
  return parses(vm, code) || !parses(vm, body) ? code : body;
}

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
  const setUp = vm.unwrapResult(vm.evalCode(SET_UP, 'setup.js'));
  return vm.unwrapResult(vm.callFunction(setUp, vm.undefined, emit, vm.newNumber(maxChars)));
}

/**
 * Runs inside, before the code, and keeps what it uses, so that code which replaces `JSON` or
 * `String.prototype.slice` cannot make a longer text cross the border than `maxChars`.
 */
const SET_UP = `(emit, maxChars) => {
  'use strict';
  const { stringify } = JSON;
  const text = String;
  const { from } = Array;
  const capped = ((slice) => (value) => slice(value, 0, maxChars + 1))(
    Function.prototype.call.bind(String.prototype.slice),
  );
  const plain = (key, value) => {
    if (typeof value === 'bigint') return text(value) + 'n';
    if (typeof value === 'function') return '[function ' + value.name + ']';
    if (typeof value === 'symbol') return text(value);
    if (typeof value === 'number' && !(value - value === 0)) return text(value);
    if (value instanceof Map) return { Map: from(value) };
    if (value instanceof Set) return { Set: from(value) };
    if (value instanceof Error) return text(value);
    return value;
  };
  const show = (value) => value === undefined ? 'undefined' : stringify(value, plain);
  const explain = (error) => {
    if (!(error instanceof Error)) return 'Uncaught ' + show(error);
    const place = /code\\.js:(\\d+)/.exec(text(error.stack));
    return text(error) + (place ? ' (line ' + place[1] + ')' : '');
  };
  const say = (...values) => {
    emit(capped(values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ')));
  };
  globalThis.console = { log: say, info: say, warn: say, error: say, debug: say };
  return (value, thrown) => capped(text(thrown ? explain(value) : show(value)));
}`;

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
