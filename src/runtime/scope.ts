import type { Epoch, UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';

/** Gives a resource back. Called once; may take its time, within the scope's deadline. */
export type Dispose = () => void | Promise<void>;

/** How a scope closed: `abandoned` counts disposers that missed their deadline and were fenced off. */
export interface ScopeClosed {
  readonly closed: number;
  readonly failed: number;
  readonly abandoned: number;
}

const NOTHING_HELD: ScopeClosed = { closed: 0, failed: 0, abandoned: 0 };

interface Holding {
  readonly name: string;
  readonly dispose: Dispose;
}

export interface ScopeOptions {
  readonly userId: UserId;
  readonly epoch: Epoch;
  readonly clock: Clock;
  readonly log: Log;
  /** What each disposer may take, in milliseconds. */
  readonly disposeMs: number;
}

/**
 * What one incarnation of a team holds. Everything acquired is released exactly once, last in first
 * out, each disposer within its deadline, however the team ends.
 */
export class TeamScope implements AsyncDisposable {
  readonly #options: ScopeOptions;
  readonly #holdings: Holding[] = [];
  #closing: Promise<ScopeClosed> | undefined;

  constructor(options: ScopeOptions) {
    this.#options = options;
  }

  get userId(): UserId {
    return this.#options.userId;
  }

  get epoch(): Epoch {
    return this.#options.epoch;
  }

  /** False once closing has begun: late effects of this incarnation are to be rejected. */
  get isOpen(): boolean {
    return this.#closing === undefined;
  }

  get isEmpty(): boolean {
    return this.#holdings.length === 0;
  }

  /**
   * Registers a resource in the tick in which it exists. A scope that is closing already gives it back
   * at once, so that a resource that arrives late is not lost.
   */
  acquire(name: string, dispose: Dispose): void {
    const holding = { name, dispose };
    if (this.isOpen) this.#holdings.push(holding);
    else void this.#release(holding);
  }

  /** Releases everything. Never rejects; asked twice, gives the same answer. */
  close(): Promise<ScopeClosed> {
    this.#closing ??= this.isEmpty ? Promise.resolve(NOTHING_HELD) : this.#releaseAll();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #releaseAll(): Promise<ScopeClosed> {
    const count = { closed: 0, failed: 0, abandoned: 0 };
    // Last in, first out, one after the other: what came later may lean on what came before. Each is
    // held until it is given back, so that the scope is not empty too early.
    for (let last = this.#holdings.at(-1); last !== undefined; last = this.#holdings.at(-1)) {
      count[await this.#release(last)] += 1;
      this.#holdings.pop();
    }
    return count;
  }

  async #release({ name, dispose }: Holding): Promise<keyof ScopeClosed> {
    const { clock, log, disposeMs, userId, epoch } = this.#options;
    let timer: unknown;
    const deadline = new Promise<'abandoned'>((resolve) => {
      timer = clock.setTimeout(() => resolve('abandoned'), disposeMs);
    });
    try {
      const end = await Promise.race([settled(dispose), deadline]);
      if (end === 'abandoned') log.error('resource.abandoned', { name, userId, epoch, disposeMs });
      return end;
    } catch (error) {
      log.error('resource.failed', { name, userId, epoch, error: String(error) });
      return 'failed';
    } finally {
      clock.clearTimeout(timer);
    }
  }
}

async function settled(dispose: Dispose): Promise<'closed'> {
  await dispose();
  return 'closed';
}
