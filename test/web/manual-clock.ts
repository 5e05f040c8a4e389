import type { Clock } from '../../src/shared/clock.ts';

/** Time that passes when the test says so. */
export interface ManualClock extends Clock {
  pass(ms: number): void;
  /** Timers that have not rung and were not cleared. */
  pending(): number;
}

export function createManualClock(): ManualClock {
  const timers = new Map<number, { at: number; ring: () => void }>();
  let now = 1_000_000;
  let last = 0;
  return {
    now: () => now,
    setTimeout(ring, delayMs) {
      last += 1;
      timers.set(last, { at: now + delayMs, ring });
      return last;
    },
    clearTimeout(timer) {
      // Only this clock makes these timers, and it makes numbers.
      timers.delete(timer as number);
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...timers].sort(([, a], [, b]) => a.at - b.at)[0];
        if (next === undefined || next[1].at > end) break;
        timers.delete(next[0]);
        now = next[1].at;
        next[1].ring();
      }
      now = end;
    },
    pending: () => timers.size,
  };
}
