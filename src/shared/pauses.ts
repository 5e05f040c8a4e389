import type { Clock } from './clock.ts';

/** Waits that can all be ended at once. */
export class Pauses {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after so many milliseconds, or when all pauses are ended. */
  wait(ms: number): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        this.#clock.clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = this.#clock.setTimeout(end, ms);
      this.#waiting.add(end);
    });
  }

  /** Ends those that are waited for, and those to come. */
  end(): void {
    this.#isOver = true;
    for (const end of [...this.#waiting]) end();
  }
}
