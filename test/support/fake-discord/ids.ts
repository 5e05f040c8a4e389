/** Discord's own beginning of time. */
const EPOCH = 1_420_070_400_000n;

/** Makes ids as Discord does: the time they were made at, and a counter. */
export class Snowflakes {
  #count = 0n;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  next(at = this.#now()): string {
    this.#count += 1n;
    return String(((BigInt(Math.floor(at)) - EPOCH) << 22n) | (this.#count & 0x3fffffn));
  }
}

export const isNewer = (a: string, b: string): boolean => BigInt(a) > BigInt(b);
