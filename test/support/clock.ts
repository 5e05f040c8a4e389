import type { Clock } from '../../src/shared/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface SimulatedClock extends Clock {
  /** Timers that are set and have not fired. */
  readonly pending: number;
  /** Milliseconds until the next timer fires; `undefined` when none is set. */
  readonly nextInMs: number | undefined;
  /** Goes on to the next timer and fires that one alone. False when none is set. */
  next(): boolean;
  /** Goes on by so many milliseconds and fires what comes due on the way, one by one and in order. */
  advance(ms: number): void;
  /** Sets the hour, forward or back, as an operator does: timers take as long as before. */
  jump(ms: number): void;
}

interface Timer {
  readonly dueMs: number;
  /** Of two that are due together, the one set first fires first. */
  readonly nth: number;
  readonly fire: () => void;
}

/** A clock for tests. Its hour begins on 1 January 2026, or at `now` (milliseconds since 1970). */
export function simulatedClock(now: number = Date.UTC(2026, 0, 1)): SimulatedClock {
  const timers: Timer[] = [];
  let elapsedMs = 0;
  let hourAtStart = now;
  let set = 0;

  const fireFirst = (): void => {
    const timer = timers.shift();
    if (timer === undefined) return;
    elapsedMs = timer.dueMs;
    timer.fire();
  };

  return {
    get pending() {
      return timers.length;
    },
    get nextInMs() {
      const first = timers[0];
      return first === undefined ? undefined : first.dueMs - elapsedMs;
    },
    now: () => hourAtStart + elapsedMs,
    setTimeout(fire, delayMs) {
      set += 1;
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), nth: set, fire };
      timers.splice(placeOf(timers, timer), 0, timer);
      return timer;
    },
    clearTimeout(timer) {
      // Only this clock made it; a timer of another one, or one that has fired, is not found.
      const place = placeOf(timers, timer as Timer | undefined);
      if (timers[place] === timer) timers.splice(place, 1);
    },
    next() {
      const isSet = timers.length > 0;
      fireFirst();
      return isSet;
    },
    advance(ms) {
      const until = elapsedMs + ms;
      while ((timers[0]?.dueMs ?? Number.POSITIVE_INFINITY) <= until) fireFirst();
      elapsedMs = until;
    },
    jump(ms) {
      hourAtStart += ms;
    },
  };
}

/** Where a timer stands, or would stand, in the order of firing. */
function placeOf(timers: readonly Timer[], timer: Timer | undefined): number {
  if (timer === undefined) return timers.length;
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = timers[middle];
    if (other !== undefined && isBefore(other, timer)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isBefore = (a: Timer, b: Timer): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.nth < b.nth);
