import type { Epoch, RunId, UserId } from '../../../machines/ids.ts';
import type { Trace } from './trace.ts';

/** On whose account something is done outside the machines. */
export interface Owner {
  readonly userId: UserId;
  readonly epoch: Epoch;
  readonly runId?: RunId;
}

/** Something that a port has begun. How it goes on and when it ends is the simulation's choice. */
export interface EffectPlan<Result> {
  readonly name: string;
  readonly owner: Owner;
  readonly signal?: AbortSignal | undefined;
  /** True: nothing comes of it before it is aborted. */
  readonly hangs: boolean;
  /** What it does before it ends, one at a time. */
  readonly pieces?: readonly (() => void)[];
  /** Its end: returns what the promise resolves with, throws what it rejects with. */
  readonly end: (isAborted: boolean) => Result;
}

/** An effect under way. */
export interface Effect {
  readonly name: string;
  readonly owner: Owner;
  readonly isAborted: boolean;
  /** True while it can go on. */
  readonly isReady: boolean;
  /** Does its next piece, or ends. */
  proceed(): void;
}

/** The work of the world outside: models, tools, stores, disposers. */
export class Effects {
  readonly #trace: Trace;
  readonly #open = new Set<Effect>();
  #begun = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  get open(): readonly Effect[] {
    return [...this.#open];
  }

  get ready(): readonly Effect[] {
    return this.open.filter(({ isReady }) => isReady);
  }

  begin<Result>(plan: EffectPlan<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#begun += 1;
    const name = `${this.#begun} ${plan.name}`;
    this.#trace.note(`+ ${name} ${nameOf(plan.owner)}${plan.hangs ? ' (hangs)' : ''}`);
    const pieces = [...(plan.pieces ?? [])];
    const isAborted = (): boolean => plan.signal?.aborted ?? false;
    const effect: Effect = {
      name,
      owner: plan.owner,
      get isAborted() {
        return isAborted();
      },
      get isReady() {
        return !plan.hangs || isAborted();
      },
      proceed: () => {
        const piece = pieces.shift();
        this.#trace.note(
          `${piece === undefined ? '-' : '~'} ${name}${isAborted() ? ' (late)' : ''}`,
        );
        if (piece !== undefined) return piece();
        this.#open.delete(effect);
        try {
          resolve(plan.end(isAborted()));
        } catch (error) {
          reject(error);
        }
      },
    };
    this.#open.add(effect);
    return promise;
  }
}

const nameOf = ({ userId, epoch, runId }: Owner): string => `${userId}#${epoch} ${runId ?? ''}`;
