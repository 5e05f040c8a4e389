import { LRUCache } from 'lru-cache';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { FetchPrompt, Prompt } from './phoenix.ts';

/** The last good copy of the prompt, which outlives the house. Never rejects. */
export interface PromptCopy {
  read(): Promise<Prompt | undefined>;
  write(prompt: Prompt): Promise<void>;
}

export interface PromptSourceOptions {
  readonly fetch: FetchPrompt;
  readonly copy: PromptCopy;
  readonly clock: Clock;
  readonly log: Log;
}

/** A prompt that is kept elsewhere and may change while the house runs. */
export interface PromptSource {
  /**
   * What is known now, at once; a copy that is a minute old is given and asked for anew behind it. Undefined as long as
   * nothing was ever fetched: then the built-in one counts.
   */
  current(): Prompt | undefined;
  /** Reads the last good copy, and begins to ask for a newer one. Never rejects. */
  start(): Promise<void>;
  /** Ends a question to the server that is under way. */
  close(): void;
}

/** How long a prompt counts as new. */
const FRESH_MS = 60_000;
/** How long the server may take. */
const DEADLINE_MS = 2_000;
/** There is one prompt: the leader's. */
const LEADER = 'leader';

export function promptSource({ fetch, copy, clock, log }: PromptSourceOptions): PromptSource {
  const ending = new AbortController();
  let complaint: string | undefined;
  const cache = new LRUCache<string, Prompt>({
    max: 1,
    ttl: FRESH_MS,
    ttlResolution: 0,
    allowStale: true,
    noDeleteOnStaleGet: true,
    noDeleteOnFetchRejection: true,
    allowStaleOnFetchRejection: true,
    // The hour 0 means "never" to it.
    perf: { now: () => clock.now() + 1 },
    fetchMethod: async (_name, known) => {
      const fetched = await withinDeadline(fetch, clock, ending.signal);
      if (fetched.kind === 'fetched') {
        complaint = undefined;
        const isNew = fetched.prompt.version !== known?.version;
        if (isNew) log.info('prompt.fetched', { version: fetched.prompt.version });
        if (isNew) await copy.write(fetched.prompt);
        return fetched.prompt;
      }
      const why = fetched.failure.message;
      // Once for each cause: it is asked for every minute.
      if (why !== complaint && !ending.signal.aborted) log.warn('prompt.not_fetched', { why });
      complaint = why;
      return known;
    },
  });
  const refresh = (): void => {
    if (ending.signal.aborted) return;
    // The method above does not reject; the cache itself rejects when it is cleared.
    void cache.fetch(LEADER).catch(() => undefined);
  };
  return {
    current() {
      const known = cache.get(LEADER);
      if (known === undefined || cache.getRemainingTTL(LEADER) <= 0) refresh();
      return known;
    },
    async start() {
      const known = await copy.read();
      // It counts as old from the beginning.
      if (known !== undefined) cache.set(LEADER, known, { ttl: 1, start: clock.now() - 1 });
      refresh();
    },
    close: () => ending.abort(),
  };
}

async function withinDeadline(fetch: FetchPrompt, clock: Clock, closing: AbortSignal) {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const timer = clock.setTimeout(stop, DEADLINE_MS);
  closing.addEventListener('abort', stop);
  try {
    return await fetch({ signal: controller.signal });
  } finally {
    clock.clearTimeout(timer);
    closing.removeEventListener('abort', stop);
  }
}
