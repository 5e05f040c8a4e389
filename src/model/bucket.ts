import type { Clock } from '../shared/clock.ts';
import { parseDuration } from './durations.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Reads one header of a reply by its lower-case name. */
export type HeaderReader = (name: string) => string | null;

export interface BucketStatus {
  /** What the organisation may still spend, as far as known: `undefined` before the first reply. */
  readonly tokensLeft?: number;
  readonly requestsLeft?: number;
  /** The provider asked for silence for this long. */
  readonly blockedForMs: number;
}

/** What the provider lets the whole organisation spend on one model: fed by its headers, so that we slow down before it refuses. */
export interface Bucket {
  /** Takes a place in the line for `tokens`; returns how long to wait before sending. Give it back with `untake` when not sent. */
  take(tokens: number): number;
  untake(tokens: number): void;
  learn(header: HeaderReader): void;
  block(forMs: number): void;
  status(): BucketStatus;
}

export function createBucket(clock: Clock): Bucket {
  const tokens = createLevel('tokens', MINUTE_MS, clock);
  const requests = createLevel('requests', DAY_MS, clock);
  let blockedUntil = 0;
  const blockedForMs = (): number => Math.max(blockedUntil - clock.now(), 0);

  return {
    take: (amount) => Math.max(tokens.take(amount), requests.take(1), blockedForMs()),
    untake(amount) {
      tokens.take(-amount);
      requests.take(-1);
    },
    learn(header) {
      tokens.learn(header);
      requests.learn(header);
    },
    block(forMs) {
      blockedUntil = Math.max(blockedUntil, clock.now() + forMs);
    },
    status() {
      const tokensLeft = tokens.left();
      const requestsLeft = requests.left();
      return {
        ...(tokensLeft === undefined ? {} : { tokensLeft }),
        ...(requestsLeft === undefined ? {} : { requestsLeft }),
        blockedForMs: blockedForMs(),
      };
    },
  };
}

/** One limit that refills evenly. It may go below zero: that is the line of those who wait. */
function createLevel(name: string, periodMs: number, clock: Clock) {
  let limit: number | undefined;
  let level = 0;
  let at = 0;
  let fullAt = 0;
  const limitHeader = `x-ratelimit-limit-${name}`;
  const remainingHeader = `x-ratelimit-remaining-${name}`;
  const resetHeader = `x-ratelimit-reset-${name}`;

  const refill = (): void => {
    if (limit === undefined) return;
    const now = clock.now();
    level = now >= fullAt ? Math.max(level, limit) : level + ((now - at) * limit) / periodMs;
    level = Math.min(level, limit);
    at = now;
  };

  return {
    take(amount: number): number {
      if (limit === undefined) return 0;
      refill();
      level -= amount;
      fullAt = clock.now() + ((limit - level) * periodMs) / limit;
      // A request larger than the limit would wait for ever: let the provider judge it.
      if (level >= 0 || amount > limit) return 0;
      return Math.ceil((-level * periodMs) / limit);
    },
    learn(header: HeaderReader): void {
      const newLimit = amountOf(header(limitHeader));
      if (newLimit === undefined || newLimit === 0) return;
      const remaining = amountOf(header(remainingHeader));
      if (remaining === undefined) return;
      const reset = parseDuration(header(resetHeader) ?? '');
      limit = newLimit;
      level = Math.min(remaining, newLimit);
      at = clock.now();
      fullAt = at + (reset ?? ((limit - level) * periodMs) / limit);
    },
    left(): number | undefined {
      refill();
      return limit === undefined ? undefined : Math.floor(level);
    },
  };
}

function amountOf(header: string | null): number | undefined {
  const amount = header === null || header === '' ? Number.NaN : Number(header);
  return Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}
