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
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #whole: unknown;
  #silence: unknown;
  #isStopped = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    const { replyMs, firstTokenMs } = options.limits;
    this.#whole = this.#within(replyMs, 'no whole reply within');
    if (options.streams) this.#silence = this.#within(firstTokenMs, 'no first token within');
  }

  /** A piece of the reply came. */
  progress(): void {
    const { limits, clock, streams } = this.#options;
    if (!streams || this.#isStopped) return;
    clock.clearTimeout(this.#silence);
    this.#silence = this.#within(limits.idleMs, 'nothing more for');
  }

  stop(): void {
    const { clock } = this.#options;
    this.#isStopped = true;
    clock.clearTimeout(this.#whole);
    clock.clearTimeout(this.#silence);
  }

  #within(ms: number, what: string): unknown {
    const { clock, onLate } = this.#options;
    const late = (): void => {
      this.stop();
      onLate(`${what} ${ms} ms`);
    };
    return clock.setTimeout(late, ms);
  }
}
