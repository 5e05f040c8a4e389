import type { RunId, UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import {
  type Acceptance,
  type Execute,
  type Inbox,
  isMeant,
  type Lapse,
  type Signal,
  type Submission,
  type TeamDispatcher,
} from './dispatcher.ts';
import { type Begun, Recovery, type Waiting } from './recovery.ts';

export interface LocalDispatcherOptions {
  /** Left out: nothing outlives the process. */
  readonly inbox: Inbox | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: no question becomes too old. */
  readonly lapse?: Lapse | undefined;
  readonly cancel: (signal: Signal) => void;
  /** Told of each question that is begun although it could not be kept, before it is begun. */
  readonly onUnkept: (question: Question) => void;
}

/** The dispatcher of a single process: executes where it accepts. */
export const createLocalDispatcher = (options: LocalDispatcherOptions): TeamDispatcher =>
  new LocalDispatcher(options);

const ACCEPTED: Acceptance = { kind: 'accepted' };

class LocalDispatcher implements TeamDispatcher {
  readonly #options: LocalDispatcherOptions;
  readonly #recovery: Recovery | undefined;
  readonly #underway = new Set<Promise<void>>();
  /** The inbox is taking them, or their turn has not come. */
  readonly #waiting = new Set<Waiting>();
  /** Questions of platforms that may have been kept although we were told that they were not. */
  readonly #doubtful = new Set<RunId>();
  /** The last step of each user at this door: what a user asks is begun in the order it came. */
  readonly #lastOf = new Map<UserId, Promise<unknown>>();
  readonly #opened = Promise.withResolvers<void>();
  #execute: Execute = () => Promise.reject(new Error('The dispatcher was not started.'));
  /** Set while a question of an earlier life has the house for itself. */
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: LocalDispatcherOptions) {
    this.#options = options;
    const { inbox, clock, log, lapse } = options;
    this.#recovery =
      inbox &&
      new Recovery({
        inbox,
        clock,
        log,
        lapse,
        begin: (one) => this.#begin(one),
        clear: () => this.#clear(),
        letIn: () => this.#letIn(),
      });
  }

  async start(execute: Execute): Promise<void> {
    await this.#recovery?.start();
    this.#execute = execute;
    this.#opened.resolve();
    this.#recovery?.run();
  }

  async submit(question: Question): Promise<Submission> {
    const one = { question, isCancelled: false };
    this.#waiting.add(one);
    await this.#opened.promise;
    const accepting = this.#accept(question);
    const turn = this.#inTurn(question.userId, async () => {
      await this.#recovery?.goBefore(question.userId);
      const kept = await accepting;
      if (kept.kind === 'duplicate' || mustWait(question, kept)) this.#waiting.delete(one);
      else {
        while (this.#closed !== undefined) await this.#closed.promise;
        this.#begin(one);
      }
    });
    // Its platform tells us nothing more until this question is kept, and need not wait for its turn. Whoever watches
    // finds the run of a duplicate once it has been taken up.
    if (question.origin === undefined) await turn;
    return this.#told(question, await accepting);
  }

  signal(signal: Signal): void {
    for (const one of this.#waiting) one.isCancelled ||= isMeant(one.question, signal);
    this.#recovery?.cancel((question) => isMeant(question, signal));
    this.#options.cancel(signal);
  }

  async stop(): Promise<void> {
    const recovered = this.#recovery?.stop();
    // Who has asked in this very moment gets a turn first.
    await Promise.resolve();
    while (this.#underway.size + this.#lastOf.size > 0) {
      await Promise.all([...this.#underway, ...this.#lastOf.values()]);
    }
    await recovered;
    await this.#recovery?.close();
  }

  async #accept(question: Question): Promise<Acceptance> {
    const { runId } = question;
    const kept = (await this.#options.inbox?.accept(question)) ?? ACCEPTED;
    if (mustWait(question, kept)) this.#doubtful.add(runId);
    else if (this.#doubtful.delete(runId)) return kept.kind === 'duplicate' ? ACCEPTED : kept;
    else if (kept.kind === 'failed') this.#options.onUnkept(question);
    return kept;
  }

  #told(question: Question, kept: Acceptance): Submission {
    if (kept.kind !== 'failed') return kept;
    const { runId } = question;
    if (mustWait(question, kept)) return { kind: 'untaken', failure: kept.failure };
    this.#options.log.warn('inbox.undurable', { runId, why: kept.failure.message });
    return { kind: 'undurable', failure: kept.failure };
  }

  #inTurn(userId: UserId, work: () => Promise<void>): Promise<void> {
    const before = this.#lastOf.get(userId) ?? Promise.resolve();
    const turn = before.then(work).finally(() => {
      if (this.#lastOf.get(userId) === turn) this.#lastOf.delete(userId);
    });
    this.#lastOf.set(userId, turn);
    return turn;
  }

  #begin(one: Waiting): Begun {
    this.#waiting.delete(one);
    const ended = this.#execute(one.question).finally(() => this.#underway.delete(ended));
    this.#underway.add(ended);
    const { userId, runId } = one.question;
    if (one.isCancelled) this.#options.cancel({ type: 'cancel', userId, runId });
    return { ended };
  }

  async #clear(): Promise<void> {
    this.#closed ??= Promise.withResolvers();
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  #letIn(): void {
    this.#closed?.resolve();
    this.#closed = undefined;
  }
}

/** What a platform can give us again is not begun before it is kept: only then may its position be left behind. */
const mustWait = ({ origin }: Question, { kind }: Acceptance): boolean =>
  origin !== undefined && kind === 'failed';
