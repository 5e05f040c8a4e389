import type { Embedding, MemoryChange } from '../../machines/memory/memories.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';
import type { Embedder } from './embedder.ts';

export interface EmbeddingOptions {
  readonly embedder?: Embedder | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** An answer waits for it: what is not there by then is done without. */
const QUERY_WITHIN_MS = 400;
const MEMORIES_WITHIN_MS = 10_000;

/** The vector of a question; without an embedder, or when it is away or slow: none. */
export async function embedQuery(
  text: string,
  options: EmbeddingOptions,
): Promise<Embedding | undefined> {
  const [embedding] = await embedTexts([text], { ...options, withinMs: QUERY_WITHIN_MS });
  return embedding;
}

/** The same changes, with the vectors of new memories as far as they can be had. */
export async function withEmbeddings(
  changes: readonly MemoryChange[],
  options: EmbeddingOptions,
): Promise<readonly MemoryChange[]> {
  const written = changes.filter((change) => 'memory' in change);
  const embeddings = await embedTexts(
    written.map(({ memory }) => memory.text),
    { ...options, withinMs: MEMORIES_WITHIN_MS },
  );
  return changes.map((change) => {
    if (!('memory' in change)) return change;
    const embedding = embeddings[written.indexOf(change)];
    return embedding === undefined
      ? change
      : { ...change, memory: { ...change.memory, embedding } };
  });
}

async function embedTexts(
  texts: readonly string[],
  { embedder, clock, log, signal, withinMs }: EmbeddingOptions & { readonly withinMs: number },
): Promise<readonly Embedding[]> {
  if (embedder === undefined || texts.length === 0) return [];
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal.addEventListener('abort', stop);
  const timer = clock.setTimeout(stop, withinMs);
  try {
    if (signal.aborted) stop();
    const vectors = await embedder.embed(texts, { signal: controller.signal });
    return vectors.map((vector) => ({ embedder: embedder.name, vector }));
  } catch (error) {
    const why = controller.signal.aborted ? `no answer within ${withinMs} ms` : messageOf(error);
    log.warn('embedder.failed', { embedder: embedder.name, why });
    return [];
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
