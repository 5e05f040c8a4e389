import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../shared/clock.ts';
import { sibling } from '../../shared/sibling.ts';

/** A document that takes longer is given up. */
const READ_MS = 15_000;
const MAX_HEAP_MB = 256;

/** The words of a PDF, read in a thread of its own: a hostile one costs its time and memory, not ours. Rejects when it cannot be read. */
export async function textOfPdf(
  bytes: Uint8Array,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const worker = new Worker(sibling('pdf-worker', import.meta.url), {
    workerData: bytes,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const cut = new AbortController();
  const stop = (): void => cut.abort();
  const timer = clock.setTimeout(stop, READ_MS);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const [text] = await once(worker, 'message', { signal: cut.signal });
    if (typeof text !== 'string') throw new Error('it holds no text that can be read');
    return text;
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
