import type { Clock } from '../shared/clock.ts';
import type { AttemptLimits } from './settings.ts';

export interface WatchdogOptions {
  readonly limits: AttemptLimits;
  readonly clock: Clock;
  /** Streams have to begin soon; whole replies come all at once, at their end. */
  readonly streams: boolean;
  /** Called at most once, with what did not happen in time. */
  readonly onLate: (what: string) => void;
}

/** Watches over one exchange: its beginning, the silences in it, and the whole. One timer, moved only when it fires. */
export interface Watchdog {
  /** A piece of the reply came. */
  progress(): void;
  stop(): void;
}

export function startWatchdog({ limits, clock, streams, onLate }: WatchdogOptions): Watchdog {
  const startedAt = clock.now();
  let lastAt: number | undefined;
  let timer: unknown;
  let armedFor = 0;
  let stopped = false;

  const due = (): { readonly at: number; readonly what: string } => {
    const whole = {
      at: startedAt + limits.replyMs,
      what: `no whole reply within ${limits.replyMs} ms`,
    };
    const next = nextDue();
    return next !== undefined && next.at < whole.at ? next : whole;
  };
  const nextDue = () => {
    if (lastAt !== undefined) {
      return { at: lastAt + limits.idleMs, what: `nothing more for ${limits.idleMs} ms` };
    }
    if (!streams) return undefined;
    return {
      at: startedAt + limits.firstTokenMs,
      what: `no first token within ${limits.firstTokenMs} ms`,
    };
  };
  const arm = (): void => {
    armedFor = due().at;
    timer = clock.setTimeout(look, Math.max(armedFor - clock.now(), 1));
  };
  const look = (): void => {
    const { at, what } = due();
    if (clock.now() >= at) onLate(what);
    else arm();
  };

  arm();
  return {
    progress() {
      const isFirst = lastAt === undefined;
      lastAt = clock.now();
      // Later ones only ever put the next deadline off.
      if (!isFirst || stopped || due().at >= armedFor) return;
      clock.clearTimeout(timer);
      arm();
    },
    stop() {
      stopped = true;
      clock.clearTimeout(timer);
    },
  };
}
