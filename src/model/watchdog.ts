import type { Clock } from '../shared/clock.ts';
import type { AttemptLimits } from './settings.ts';

export interface WatchdogOptions {
  readonly limits: AttemptLimits;
  readonly clock: Clock;
  /** Streams must begin soon and must not fall silent; a whole reply comes all at once, at its end. */
  readonly streams: boolean;
  /** Called at most once, with what did not happen in time. */
  readonly onLate: (what: string) => void;
}

/** Watches over one exchange by timers alone, so that a corrected system clock neither hurries nor stops it. */
export interface Watchdog {
  /** A piece of the reply came. */
  progress(): void;
  stop(): void;
}

export function startWatchdog({ limits, clock, streams, onLate }: WatchdogOptions): Watchdog {
  const { replyMs, firstTokenMs, idleMs } = limits;
  let silence: unknown;
  let stopped = false;

  const stop = (): void => {
    stopped = true;
    clock.clearTimeout(whole);
    clock.clearTimeout(silence);
  };
  const late = (what: string): void => {
    stop();
    onLate(what);
  };
  const whole = clock.setTimeout(() => late(`no whole reply within ${replyMs} ms`), replyMs);
  if (streams) {
    const what = `no first token within ${firstTokenMs} ms`;
    silence = clock.setTimeout(() => late(what), firstTokenMs);
  }

  return {
    progress() {
      if (!streams || stopped) return;
      clock.clearTimeout(silence);
      silence = clock.setTimeout(() => late(`nothing more for ${idleMs} ms`), idleMs);
    },
    stop,
  };
}
