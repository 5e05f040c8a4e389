import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import { sibling } from './sibling.ts';

/** What crosses into the thread that reads a document. */
export interface PdfJob {
  readonly bytes: Uint8Array;
  /** Later pages are not read. */
  readonly maxPages: number;
  readonly maxChars: number;
}

/** What became of a document. */
export type PdfRead =
  | {
      readonly kind: 'read';
      /** What it calls itself; often nothing. */
      readonly title: string;
      readonly text: string;
      readonly pages: number;
      /** There is more of it than was read. */
      readonly cut: boolean;
    }
  /** Pictures of pages: there are no words in it. */
  | { readonly kind: 'no_text'; readonly pages: number }
  /** `locked`: it needs a password; `unreadable`: it is broken, or needs more memory than there is for it. */
  | { readonly kind: 'locked' | 'unreadable' | 'out_of_time' | 'aborted' };

export interface PdfReading {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A document that takes longer is given up. */
const READ_MS = 15_000;
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 8 };

/** Reads a PDF in a thread of its own: a hostile one costs its time and memory, not ours. The thread has ended before this settles. Never rejects. */
export async function readPdf(job: PdfJob, { clock, signal }: PdfReading): Promise<PdfRead> {
  if (signal.aborted) return { kind: 'aborted' };
  const worker = new Worker(sibling('pdf-worker', import.meta.url), {
    workerData: job,
    env: {},
    execArgv: [],
    resourceLimits: LIMITS,
    // The library complains about documents there: that is nobody's business.
    stdout: true,
    stderr: true,
  });
  let end: PdfRead = { kind: 'unreadable' };
  const stop = (kind: 'out_of_time' | 'aborted') => () => {
    end = { kind };
    void worker.terminate();
  };
  const onAbort = stop('aborted');
  const timer = clock.setTimeout(stop('out_of_time'), READ_MS);
  signal.addEventListener('abort', onAbort);
  // Only our own file speaks there, and it says a `PdfRead`.
  worker.once('message', (read: PdfRead) => {
    end = read;
    // What the library keeps open would keep the thread alive.
    void worker.terminate();
  });
  worker.on('error', () => {});
  await new Promise((resolve) => worker.once('exit', resolve));
  clock.clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  return end;
}

/** Why there are no words, as a sentence for people. */
export function sayUnread(read: Exclude<PdfRead, { kind: 'read' }>): string {
  switch (read.kind) {
    case 'no_text':
      return `The PDF has no text (pages: ${read.pages}): it holds pictures of pages, which cannot be read here.`;
    case 'locked':
      return 'The PDF is locked with a password.';
    case 'out_of_time':
      return 'The PDF took too long to read.';
    case 'aborted':
      return 'The PDF was not waited for.';
    case 'unreadable':
      return 'The PDF could not be read: it is broken, or too large to be read here.';
  }
}
