/** Time as a port. XState's own `Clock` plus the hour; real in production, driven by hand in tests. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(fn: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The machine's own clock. Its timers keep the process alive: whoever sets one clears it. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (fn, delayMs) => setTimeout(fn, delayMs),
  // A timer made above comes back as `unknown`: only this clock made it, so it is a Node timer.
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
