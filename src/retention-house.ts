import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Retention } from './store/retention.ts';
import { failureOf } from './store/store-error.ts';

export interface RetentionOptions {
  readonly retention: Retention;
  /** What was over so many days ago is deleted; 0: nothing is. */
  readonly days: number;
  readonly clock: Clock;
  readonly log: Log;
}

const DAY_MS = 24 * 60 * 60_000;
/** Not at the start, when there is enough to do. */
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 60 * 60_000;
/** Rows of each kind at once, and the breath between two times: answers go first. */
const LIMIT = 500;
const BREATH_MS = 1_000;

/** Deletes what is over, every hour, a little at a time; gives back what stops that. */
export function startRetention({ retention, days, clock, log }: RetentionOptions) {
  const stopping = new AbortController();
  let timer: unknown;
  let sweeping: Promise<void> = Promise.resolve();

  const sweep = async (): Promise<void> => {
    const page = { before: clock.now() - days * DAY_MS, limit: LIMIT };
    try {
      const deleted = await retention.sweep(page, { signal: stopping.signal });
      if (deleted > 0) log.info('retention.swept', { deleted });
      sweepIn(deleted >= LIMIT ? BREATH_MS : EVERY_MS);
    } catch (thrown) {
      if (stopping.signal.aborted) return;
      log.warn('retention.not_swept', { why: failureOf(thrown).message });
      sweepIn(EVERY_MS);
    }
  };
  const sweepIn = (ms: number): void => {
    if (stopping.signal.aborted) return;
    timer = clock.setTimeout(() => {
      sweeping = sweep();
    }, ms);
  };

  if (days > 0) sweepIn(FIRST_AFTER_MS);
  return {
    async close(): Promise<void> {
      stopping.abort();
      clock.clearTimeout(timer);
      await sweeping;
    },
  };
}
