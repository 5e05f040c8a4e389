import { z } from 'zod';
import { type FailureKind, failure } from '../../machines/failure.ts';
import type { ToolResult } from '../../machines/ports.ts';
import { PURE } from '../../machines/tool-policy.ts';
import type { SandboxLimits, SandboxOutcome } from './javascript-job.ts';
import { createThreads } from './javascript-thread.ts';
import { prefix } from './output.ts';
import { createSlots } from './slots.ts';
import { defineTool, returned, type Tool } from './tool.ts';

export interface JavascriptOptions {
  /** Runs at the same time, each in a thread of its own. */
  readonly maxThreads?: number;
  /** How long one run may take, in milliseconds. */
  readonly timeMs?: number;
  readonly memoryMb?: number;
}

const MAX_CODE_CHARS = 50_000;
const OUTPUT_CHARS = 8_000;
const MAX_WAITING = 100;
/** How much longer than its own time a run may take: waiting for a place, starting the thread. */
const MARGIN_MS = 10_000;

/**
 * Quick computing in JavaScript. Each run has a fresh interpreter in a fresh thread: it reaches no network,
 * no files and no environment, and what it leaves behind dies with the thread.
 */
export function javascript(options: JavascriptOptions = {}): Tool {
  const { maxThreads = 2, timeMs = 5_000, memoryMb = 64 } = options;
  const limits: SandboxLimits = { timeMs, memoryMb, outputChars: OUTPUT_CHARS };
  const slots = createSlots({ places: maxThreads, maxWaiting: MAX_WAITING });
  const threads = createThreads();
  return defineTool({
    name: 'run_javascript',
    description: `Runs JavaScript (ES2023) in a sandbox and returns what console.log printed and the value of the last expression (or of a top-level return) as JSON. Top-level await is allowed. No network, files, timers, modules or memory of earlier runs. At most ${timeMs / 1000} s and ${memoryMb} MB.`,
    input: z.object({
      code: z
        .string('expected a text')
        .min(1, 'expected some code')
        .max(MAX_CODE_CHARS, `expected at most ${MAX_CODE_CHARS} characters`)
        .describe('For example: [1, 2, 3].map((n) => n ** 2)'),
    }),
    policy: PURE,
    deadlineMs: timeMs + MARGIN_MS,
    maxOutputChars: 3 * OUTPUT_CHARS,
    async execute({ code }, { signal, clock }) {
      const leave = await slots.take(signal);
      if (!leave) return failed('unavailable', 'Too much code waits to be run; try again later.');
      try {
        const end = await threads.run({ code, limits }, { signal, clock });
        return signal.aborted ? failed('aborted', 'The code was stopped.') : report(end, limits);
      } finally {
        leave();
      }
    },
    close: threads.close,
  });
}

function report(end: SandboxOutcome | Error, limits: SandboxLimits): ToolResult {
  if (end instanceof Error) return brokenDown(end, limits);
  switch (end.kind) {
    case 'finished':
      return returned(`Result: ${shortened(end.text, limits.outputChars)}${consoleOf(end)}`);
    case 'threw':
      return failed('invalid_input', `The code failed. ${end.text}${consoleOf(end)}`);
    case 'never_settled':
      return failed('invalid_input', `The code waits for a promise that nothing settles.`);
    case 'out_of_time':
      return failed('limit', `The code ran longer than ${limits.timeMs} ms.${consoleOf(end)}`);
    case 'out_of_memory':
      return failed('limit', `The code needs more than ${limits.memoryMb} MB.${consoleOf(end)}`);
  }
}

/** The thread died: by its memory limit that is the code's doing, otherwise a bug of the sandbox. */
function brokenDown(error: Error, limits: SandboxLimits): ToolResult {
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return failed('limit', `The code needs more than ${limits.memoryMb} MB.`);
  }
  throw new Error('The JavaScript sandbox broke down.', { cause: error });
}

const failed = (kind: FailureKind, message: string): ToolResult => ({
  kind: 'failed',
  failure: failure(kind, message),
});

const shortened = (text: string, max: number): string =>
  text.length > max ? `${prefix(text, max)} [cut after ${max} characters]` : text;

function consoleOf({ log, unlogged }: SandboxOutcome): string {
  if (log === '') return '';
  const rest = unlogged > 0 ? `[cut: ${unlogged} more characters were printed]` : '';
  return `\nConsole:\n${log.trimEnd()}${rest === '' ? '' : `\n${rest}`}`;
}
