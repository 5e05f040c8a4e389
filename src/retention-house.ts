import type { Config } from './config.ts';
import type { Records } from './recording-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Retention } from './store/retention.ts';
import type { Store } from './store/store.ts';
import { failureOf } from './store/store-error.ts';

export interface RetentionOptions {
  /** What is swept, as the log calls it. */
  readonly what: string;
  readonly sweep: Retention['sweep'];
  /** What was over so many days ago is swept; 0: nothing is. */
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

interface SweptHouse {
  readonly store: Pick<Store, 'retention'>;
  readonly records: Pick<Records, 'dropBefore'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sweeps what the environment wants kept for a while only; gives back what stops that. */
export function openRetention(
  { retention: { overDays, bodyDays } }: Pick<Config, 'retention'>,
  { store: { retention }, records, ...around }: SweptHouse,
) {
  const running = [
    startRetention({ what: 'over', sweep: retention.sweep, days: overDays, ...around }),
    startRetention({ what: 'bodies', sweep: retention.sweepBodies, days: bodyDays, ...around }),
    startRetention({ what: 'recordings', sweep: records.dropBefore, days: bodyDays, ...around }),
  ];
  return {
    async close(): Promise<void> {
      await Promise.all(running.map((one) => one.close()));
    },
  };
}

/** Sweeps what is over, every hour, a little at a time; gives back what stops that. */
export function startRetention({ what, sweep, days, clock, log }: RetentionOptions) {
  const stopping = new AbortController();
  let timer: unknown;
  let sweeping: Promise<void> = Promise.resolve();

  const sweepOnce = async (): Promise<void> => {
    const page = { before: clock.now() - days * DAY_MS, limit: LIMIT };
    try {
      const swept = await sweep(page, { signal: stopping.signal });
      if (swept > 0) log.info('retention.swept', { what, swept });
      sweepIn(swept >= LIMIT ? BREATH_MS : EVERY_MS);
    } catch (thrown) {
      if (stopping.signal.aborted) return;
      log.warn('retention.not_swept', { what, why: failureOf(thrown).message });
      sweepIn(EVERY_MS);
    }
  };
  const sweepIn = (ms: number): void => {
    if (stopping.signal.aborted) return;
    timer = clock.setTimeout(() => {
      sweeping = sweepOnce();
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
