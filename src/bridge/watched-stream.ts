import type { Clock } from '../shared/clock.ts';

/** Ends a request whose stream says nothing for too long. */
export interface Watchdog {
  readonly signal: AbortSignal;
  /** Something was heard. */
  heard(): void;
  close(): void;
}

/** Aborts `signal` after `silenceMs` without a word, or with `outer`. Close it, whatever happens. */
export function watchdog(clock: Clock, silenceMs: number, outer: AbortSignal): Watchdog {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  let timer = clock.setTimeout(stop, silenceMs);
  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) stop();
  return {
    signal: controller.signal,
    heard() {
      clock.clearTimeout(timer);
      timer = clock.setTimeout(stop, silenceMs);
    },
    close() {
      clock.clearTimeout(timer);
      outer.removeEventListener('abort', stop);
      stop();
    },
  };
}
