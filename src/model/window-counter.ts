import type { Clock } from '../shared/clock.ts';

const SLOTS = 6;

/** Counts what happened in the last `windowMs`, to a sixth of it, in constant space. */
export interface WindowCounter {
  add(): void;
  total(): number;
  clear(): void;
}

export function createWindowCounter(windowMs: number, clock: Clock): WindowCounter {
  const slotMs = windowMs / SLOTS;
  const counts = new Array<number>(SLOTS).fill(0);
  let newest = Math.floor(clock.now() / slotMs);

  const advance = (): void => {
    const current = Math.floor(clock.now() / slotMs);
    // A clock that was set back would keep old counts for as long as it was wrong: start afresh.
    const passed = current < newest ? SLOTS : Math.min(current - newest, SLOTS);
    for (let i = 1; i <= passed; i++) counts[(newest + i) % SLOTS] = 0;
    newest = current;
  };

  return {
    add() {
      advance();
      const slot = newest % SLOTS;
      counts[slot] = (counts[slot] ?? 0) + 1;
    },
    total() {
      advance();
      return counts.reduce((sum, count) => sum + count, 0);
    },
    clear() {
      counts.fill(0);
    },
  };
}
