import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { sibling } from '../../shared/sibling.ts';
import type { InterpreterJob, InterpreterOutcome } from './javascript-job.ts';

/** Threads that run code, one job each. */
export interface Threads {
  /** The thread has ended, however it ended, before this settles. Gives an `Error` when it broke down. */
  run(job: InterpreterJob, bounds: ThreadBounds): Promise<InterpreterOutcome | Error>;
  /** Kills all threads; settles when they are gone. */
  close(): Promise<void>;
}

interface ThreadBounds {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** What a thread may use besides the memory of the sandbox. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** Some long operations of the interpreter never look at its clock: then the thread is killed, this much later. */
const GRACE_MS = 1_500;

export function createThreads(): Threads {
  const workers = new Set<Worker>();
  return {
    async run(job, bounds) {
      const worker = startThread(job);
      workers.add(worker);
      try {
        return await outcomeOf(worker, job, bounds);
      } finally {
        workers.delete(worker);
      }
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

function startThread(workerData: InterpreterJob): Worker {
  return new Worker(sibling('javascript-worker', import.meta.url), {
    workerData,
    env: {},
    execArgv: [],
    resourceLimits: THREAD_LIMITS,
    // Whatever the thread prints is its own affair.
    stdout: true,
    stderr: true,
  });
}

const OutcomeSchema: z.ZodType<InterpreterOutcome> = z.object({
  kind: z.enum(['finished', 'threw', 'out_of_time', 'out_of_memory', 'never_settled']),
  text: z.string(),
  log: z.string(),
  unlogged: z.number(),
  files: z.map(z.string(), z.instanceof(Uint8Array)),
});

async function outcomeOf(
  worker: Worker,
  { limits }: InterpreterJob,
  { signal, clock }: ThreadBounds,
): Promise<InterpreterOutcome | Error> {
  let end: InterpreterOutcome | Error = new Error('The thread ended without a result.');
  let timer: unknown;
  const kill = () => void worker.terminate();
  const expire = () => {
    end = { kind: 'out_of_time', text: '', log: '', unlogged: 0, files: new Map() };
    kill();
  };
  worker.once('online', () => {
    timer = clock.setTimeout(expire, limits.timeMs + GRACE_MS);
  });
  worker.once('message', (message) => {
    const outcome = OutcomeSchema.safeParse(message);
    end = outcome.success ? outcome.data : outcome.error;
  });
  worker.on('error', (error) => {
    end = error;
  });
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  await new Promise((resolve) => worker.once('exit', resolve));
  signal.removeEventListener('abort', kill);
  clock.clearTimeout(timer);
  return end;
}
