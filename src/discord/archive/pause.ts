import type { Clock } from '../../shared/clock.ts';

/** Resolves after so many milliseconds, or when the signal is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

/** Doubles with each failure, from a second to a minute. */
export const backoffMs = (failures: number): number =>
  Math.min(60_000, 1_000 * 2 ** Math.min(failures, 10));
