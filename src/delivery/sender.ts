import type { Failure } from '../../machines/failure.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { Pauses } from '../shared/pauses.ts';
import type { Platform, SendResult } from '../shared/platform.ts';
import { attempt } from './attempt.ts';
import { type Backoff, delayMs } from './backoff.ts';
import type { Outbox, WaitingPart } from './outbox.ts';

export interface SenderOptions {
  readonly outbox: Outbox;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  readonly limits?: Partial<SenderLimits>;
}

export interface SenderLimits {
  /** Channels that are sent to side by side; within one, part follows part. */
  readonly channelsAtOnce: number;
  /** What one request may take. */
  readonly requestMs: number;
  readonly backoff: Backoff;
  /** The longest pause that a platform may ask for. */
  readonly longestAskedMs: number;
  /** A part that could not be sent for so long is given up. */
  readonly giveUpAfterMs: number;
  /** What the parts in flight may take when the sender closes. */
  readonly closeWithinMs: number;
}

const DEFAULT_LIMITS: SenderLimits = {
  channelsAtOnce: 8,
  requestMs: 15_000,
  backoff: { firstMs: 250, longestMs: 30_000 },
  longestAskedMs: 10 * 60_000,
  giveUpAfterMs: 24 * 60 * 60_000,
  closeWithinMs: 3_000,
};

/** Carries committed parts to their platform, each once. Sleeps until it is woken or a part's time has come. */
export interface Sender {
  /** Something was committed, or the store is back. Costs nothing when asked too often. */
  wake(): void;
  /** Resolves when nothing can be sent at present: all is there, or waits for its time. */
  idle(): Promise<void>;
  /** Begins no part any more and lets those in flight end, within the deadline; what is left stays in the outbox. */
  close(): Promise<void>;
}

/** Starts sending, with what an earlier life of the process has left. */
export function createSender(options: SenderOptions): Sender {
  const sender = new RunningSender(options);
  sender.wake();
  return sender;
}

class RunningSender implements Sender {
  readonly #options: SenderOptions;
  readonly #limits: SenderLimits;
  readonly #pauses: Pauses;
  readonly #cut = new AbortController();
  /** The channels that a part is on its way to, each until the part is marked. */
  readonly #busy = new Map<string, Promise<void>>();
  #looking: Promise<void> | undefined;
  #hasNews = false;
  #alarm: unknown;
  #closing: Promise<void> | undefined;
  #failures = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#pauses = new Pauses(options.clock);
  }

  wake(): void {
    if (this.#closing !== undefined) return;
    this.#hasNews = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  async idle(): Promise<void> {
    while (this.#looking !== undefined || this.#busy.size > 0) {
      await this.#looking;
      await Promise.all(this.#busy.values());
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { clock } = this.#options;
    clock.clearTimeout(this.#alarm);
    this.#pauses.end();
    const deadline = clock.setTimeout(() => this.#cut.abort(), this.#limits.closeWithinMs);
    await this.#looking;
    await Promise.all(this.#busy.values());
    clock.clearTimeout(deadline);
  }

  async #look(): Promise<void> {
    const { outbox, platform, clock, log } = this.#options;
    while (this.#hasNews && this.#closing === undefined) {
      this.#hasNews = false;
      // Twice as many as can be begun: the channels that are busy come back, too.
      const limit = this.#limits.channelsAtOnce * 2;
      const read = await outbox.pending(platform.name, { limit, now: clock.now() });
      if (this.#closing !== undefined) return;
      if (read.kind === 'failed') {
        log.warn('outbox.unreadable', { platform: platform.name, why: read.failure.message });
        this.#wakeIn(this.#delay(this.#failures++));
      } else {
        this.#failures = 0;
        this.#begin(read.parts);
      }
    }
  }

  #begin(parts: readonly WaitingPart[]): void {
    const now = this.#options.clock.now();
    for (const part of parts) {
      if (this.#busy.has(part.channelId)) continue;
      const waitMs = part.notBefore - now;
      // Longer than any pause that we make: the clock was set back meanwhile.
      if (waitMs > 0 && waitMs <= this.#longestPauseMs()) {
        this.#wakeIn(waitMs);
        return;
      }
      if (this.#busy.size >= this.#limits.channelsAtOnce) return;
      const delivery = this.#deliver(part).finally(() => {
        this.#busy.delete(part.channelId);
        this.wake();
      });
      this.#busy.set(part.channelId, delivery);
    }
  }

  async #deliver(part: WaitingPart): Promise<void> {
    const { outbox, platform, clock, log } = this.#options;
    const timeoutMs = this.#limits.requestMs;
    const signal = this.#cut.signal;
    const result = await attempt(part, { platform, clock, timeoutMs, signal });
    switch (result.kind) {
      case 'sent':
        log.debug('part.sent', factsOf(part));
        return await this.#mark(part, () => outbox.sent(part, result.platformId));
      case 'unsent':
        return await this.#postpone(part, result);
      case 'refused':
        return await this.#giveUp(part, result.why);
    }
  }

  async #postpone(
    part: WaitingPart,
    { why, retryAfterMs = 0 }: Extract<SendResult, { kind: 'unsent' }>,
  ): Promise<void> {
    const { clock, log, outbox } = this.#options;
    const now = clock.now();
    if (now - part.createdAt > this.#limits.giveUpAfterMs) {
      await this.#giveUp(part, `${why} It was tried for too long.`);
      return;
    }
    const asked = Math.min(retryAfterMs, this.#limits.longestAskedMs);
    const delay = Math.max(this.#delay(part.tries), asked);
    log.info('part.postponed', { ...factsOf(part), why, tries: part.tries + 1, delayMs: delay });
    await this.#mark(part, () => outbox.retryLater(part, now + delay));
  }

  async #giveUp(part: WaitingPart, why: string): Promise<void> {
    this.#options.log.error('part.given_up', { ...factsOf(part), why });
    await this.#mark(part, () => this.#options.outbox.failed(part));
  }

  /** Until it is written: its channel waits, since nobody may send the part again meanwhile. */
  async #mark(part: WaitingPart, write: () => Promise<Failure | undefined>): Promise<void> {
    const { log } = this.#options;
    for (let failures = 0; ; failures++) {
      const failed = await write();
      if (failed === undefined) return;
      log.warn('part.not_marked', { ...factsOf(part), why: failed.message });
      // The next life sends it again under the same nonce, or finds it there.
      if (this.#closing !== undefined) return;
      await this.#pauses.wait(this.#delay(failures));
    }
  }

  #wakeIn(ms: number): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#alarm);
    this.#alarm = clock.setTimeout(() => this.wake(), ms);
  }

  #longestPauseMs(): number {
    const { backoff, longestAskedMs } = this.#limits;
    return Math.max(longestAskedMs, delayMs(backoff, Number.MAX_SAFE_INTEGER, 1));
  }

  #delay(failures: number): number {
    return delayMs(this.#limits.backoff, failures, this.#options.random());
  }
}

const factsOf = ({ messageId, part, origin }: WaitingPart) => ({
  platform: origin.platform,
  messageId,
  part,
});
