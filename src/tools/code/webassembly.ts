import type { InterpreterOutcome } from './javascript-job.ts';
import { createThreads } from './javascript-thread.ts';
import { type CodeOutcome, type Files, MAX_RESULT_CHARS, type Sandbox } from './sandbox.ts';

/** JavaScript only, on every machine. */
export interface WebAssemblySandbox extends Sandbox {
  /** Kills what still runs. */
  close(): Promise<void>;
}

/**
 * JavaScript in an interpreter compiled to WebAssembly. Each run has a fresh one in a fresh thread: it reaches no network,
 * no files but those of its folder, which exists for it only, and no environment; what it leaves behind dies with the thread.
 */
export function webAssemblySandbox(): WebAssemblySandbox {
  const threads = createThreads();
  return {
    name: 'WebAssembly',
    languages: ['javascript'],
    async run({ code, files }, { limits, clock, signal }) {
      const job = { code, files, limits: { ...limits, outputChars: MAX_RESULT_CHARS } };
      const end = await threads.run(job, { signal, clock });
      if (signal.aborted) return { kind: 'aborted', output: '', dropped: 0 };
      return end instanceof Error ? brokenDown(end) : outcomeOf(end);
    },
    close: threads.close,
  };
}

/** The thread died: by its memory limit that is the code's doing, otherwise the sandbox's. */
function brokenDown(error: Error): CodeOutcome {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return { kind: 'out_of_memory', output: '', dropped: 0 };
  return { kind: 'broken', why: error.message, transient: false };
}

function outcomeOf(end: InterpreterOutcome): CodeOutcome {
  const said = (last: string) => ({ output: `${end.log}${last}`, dropped: end.unlogged });
  const left = { files: buffersOf(end.files), unkept: [] };
  switch (end.kind) {
    case 'finished':
      return { kind: 'ended', ok: true, ...said(`Result: ${end.text}`), ...left };
    case 'threw':
      return { kind: 'ended', ok: false, ...said(end.text), ...left };
    case 'never_settled':
      return { kind: 'ended', ok: false, ...said(UNSETTLED), ...left };
    case 'out_of_time':
    case 'out_of_memory':
      return { kind: end.kind, ...said('') };
  }
}

const UNSETTLED = 'The code waits for a promise that nothing settles.';

const buffersOf = (files: InterpreterOutcome['files']): Files =>
  new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes)]));
