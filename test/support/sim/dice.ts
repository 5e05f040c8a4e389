import { type Random, seeded } from '../random.ts';

/** Chance for a simulation. */
export interface Dice extends Random {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One of the items, each as likely as its weight says. Throws when all weigh nothing. */
  weighted<Item extends { readonly weight: number }>(items: readonly Item[]): Item;
}

/** Dice that fall the same way for the same seed. */
export function diceOf(seed: number): Dice {
  const random = seeded(seed);
  return {
    ...random,
    between: (low, high) => low + random.upTo(high - low + 1),
    weighted(items) {
      let left = random.next() * items.reduce((sum, { weight }) => sum + weight, 0);
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      throw new Error('Nothing has any weight.');
    },
  };
}
