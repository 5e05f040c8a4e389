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
  /** Takes a place in the line for `tokens`; returns how long to wait. Followed by exactly one `sent` or `untake`. */
  take(tokens: number): number;
  sent(tokens: number): void;
  untake(tokens: number): void;
  learn(header: HeaderReader): void;
  block(forMs: number): void;
  status(): BucketStatus;
}

export function createBucket(clock: Clock): Bucket {
  const tokens = createLevel('tokens', MINUTE_MS, clock);
  const requests = createLevel('requests', DAY_MS, clock);
  let block = { at: 0, forMs: 0 };
  const blockedForMs = (): number => {
    const passed = clock.now() - block.at;
    // A clock that was set back ends the block: the provider will ask again if it must.
    return passed < 0 ? 0 : Math.max(block.forMs - passed, 0);
  };

  return {
    take: (amount) => Math.max(tokens.take(amount), requests.take(1), blockedForMs()),
    sent(amount) {
      tokens.sent(amount);
      requests.sent(1);
    },
    untake(amount) {
      tokens.untake(amount);
      requests.untake(1);
    },
    learn(header) {
      tokens.learn(header);
      requests.learn(header);
    },
    block(forMs) {
      if (forMs > blockedForMs()) block = { at: clock.now(), forMs };
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
  // Taken and not sent yet: the provider's count cannot contain it.
  let waiting = 0;
  const limitHeader = `x-ratelimit-limit-${name}`;
  const remainingHeader = `x-ratelimit-remaining-${name}`;
  const resetHeader = `x-ratelimit-reset-${name}`;

  const refill = (): void => {
    if (limit === undefined) return;
    const now = clock.now();
    const passed = Math.max(now - at, 0);
    level = now >= fullAt ? limit : Math.min(level + (passed * limit) / periodMs, limit);
    at = now;
  };

  const move = (amount: number, most: number): void => {
    refill();
    level = Math.min(level + Math.max(amount, -most), most);
    fullAt = clock.now() + ((most - level) * periodMs) / most;
  };

  return {
    take(amount: number): number {
      waiting += amount;
      if (limit === undefined) return 0;
      move(-amount, limit);
      // A request larger than the limit would wait for ever: let the provider judge it.
      if (level >= 0 || amount > limit) return 0;
      return Math.ceil((-level * periodMs) / limit);
    },
    sent(amount: number): void {
      waiting -= amount;
    },
    untake(amount: number): void {
      waiting -= amount;
      if (limit !== undefined) move(amount, limit);
    },
    learn(header: HeaderReader): void {
      const newLimit = amountOf(header(limitHeader));
      if (newLimit === undefined || newLimit === 0) return;
      const remaining = amountOf(header(remainingHeader));
      if (remaining === undefined) return;
      const reset = parseDuration(header(resetHeader) ?? '');
      limit = newLimit;
      level = Math.min(remaining, newLimit) - waiting;
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
