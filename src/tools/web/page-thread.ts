import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { sibling } from '../../shared/sibling.ts';
import { createSlots } from '../slots.ts';
import type { PageJob, PageText } from './page-text.ts';

/** Threads that turn pages into text, one page each: a page that is made to take forever takes nobody else's time. */
export interface PageThreads {
  /** The thread has ended before this settles. `undefined` when the page could not be read, or was stopped by the signal. */
  read(job: PageJob, signal: AbortSignal): Promise<PageText | undefined>;
  /** Kills all threads; settles when they are gone. */
  close(): Promise<void>;
}

const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 8 };
const PLACES = { places: 2, maxWaiting: 100 };

export function createPageThreads(): PageThreads {
  const slots = createSlots(PLACES);
  const workers = new Set<Worker>();
  return {
    async read(job, signal) {
      const leave = await slots.take(signal);
      if (leave === undefined) return undefined;
      const worker = startThread(job);
      workers.add(worker);
      try {
        return await textFrom(worker, signal);
      } finally {
        workers.delete(worker);
        leave();
      }
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

const startThread = (workerData: PageJob): Worker =>
  new Worker(sibling('page-worker', import.meta.url), {
    workerData,
    env: {},
    execArgv: [],
    resourceLimits: LIMITS,
    // Libraries may complain about a page there: that is nobody's business.
    stdout: true,
    stderr: true,
  });

const TextSchema: z.ZodType<PageText> = z.object({ title: z.string(), text: z.string() });

async function textFrom(worker: Worker, signal: AbortSignal): Promise<PageText | undefined> {
  let text: PageText | undefined;
  const kill = () => void worker.terminate();
  worker.once('message', (message) => {
    const read = TextSchema.safeParse(message);
    text = read.success ? read.data : undefined;
  });
  // A page that exhausts the memory or the stack, or that the libraries trip over: it cannot be read.
  worker.on('error', () => {});
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  await new Promise((resolve) => worker.once('exit', resolve));
  signal.removeEventListener('abort', kill);
  return text;
}
