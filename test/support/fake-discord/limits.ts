/** What Discord counts: so many requests of a kind within a time. */
interface Limit {
  readonly many: number;
  readonly withinMs: number;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  'POST message': { many: 5, withinMs: 5_000 },
  'PATCH message': { many: 5, withinMs: 5_000 },
  'DELETE message': { many: 5, withinMs: 1_000 },
  'POST typing': { many: 5, withinMs: 5_000 },
};

export interface Counted {
  readonly headers: Readonly<Record<string, string>>;
  /** Given: the request comes too soon. */
  readonly refused?: { readonly retryAfter: number; readonly isGlobal: boolean };
}

interface Window {
  used: number;
  readonly endsAt: number;
}

/** Counts requests for each kind and channel, and all together, as Discord does. */
export class RateLimits {
  /** Requests of everybody in a second; raised by tests that need no Discord of real size. */
  globalPerSecond = 50;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Fills a bucket, so that the next request of its kind is refused for so long. */
  exhaust(kind: string, channelId: string, forMs: number): void {
    const endsAt = this.#now() + forMs;
    this.#windows.set(`${kind} ${channelId}`, { used: Number.MAX_SAFE_INTEGER, endsAt });
  }

  count(kind: string, channelId: string): Counted {
    const now = this.#now();
    const all = this.#window('global', 1_000, now);
    if (all.used >= this.globalPerSecond) {
      const retryAfter = (all.endsAt - now) / 1_000;
      return { headers: { 'x-ratelimit-global': 'true' }, refused: { retryAfter, isGlobal: true } };
    }
    all.used += 1;
    const limit = LIMITS[kind];
    if (limit === undefined) return { headers: {} };
    const window = this.#window(`${kind} ${channelId}`, limit.withinMs, now);
    const retryAfter = Math.max(0.001, (window.endsAt - now) / 1_000);
    const headers = (remaining: number) => ({
      'x-ratelimit-limit': String(limit.many),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(window.endsAt / 1_000),
      'x-ratelimit-reset-after': String(retryAfter),
      'x-ratelimit-bucket': kind.toLowerCase().replace(' ', '-'),
    });
    if (window.used >= limit.many)
      return { headers: headers(0), refused: { retryAfter, isGlobal: false } };
    window.used += 1;
    return { headers: headers(limit.many - window.used) };
  }

  #window(name: string, ms: number, now: number): Window {
    const known = this.#windows.get(name);
    if (known !== undefined && known.endsAt > now) return known;
    const fresh = { used: 0, endsAt: now + ms };
    this.#windows.set(name, fresh);
    return fresh;
  }
}
