/** Chance that can be repeated: the same seed gives the same draws. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from 0 to `below`, exclusive. */
  upTo(below: number): number;
  /** One of the items; throws when there is none. */
  pick<Item>(items: readonly Item[]): Item;
  /** True with this probability. */
  hits(probability: number): boolean;
}

/** Mulberry32: small, fast and good enough to shuffle a test. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (below: number) => Math.floor(next() * below);
  return {
    next,
    upTo,
    pick: (items) => {
      const item = items[upTo(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    hits: (probability) => next() < probability,
  };
}
