import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Log } from '../shared/log.ts';
import {
  type Acceptance,
  closeQuestion,
  type Execute,
  type Inbox,
  type Signal,
  type Submission,
  type TeamDispatcher,
} from './dispatcher.ts';

export interface LocalDispatcherOptions {
  /** Left out: nothing outlives the process. */
  readonly inbox: Inbox | undefined;
  readonly log: Log;
  readonly cancel: (signal: Signal) => void;
}

/** The dispatcher of a single process: executes where it accepts. */
export const createLocalDispatcher = (options: LocalDispatcherOptions): TeamDispatcher =>
  new LocalDispatcher(options);

/** How many questions of an earlier life are under way at once: a restart must not drown in them. */
const RECOVERED_AT_ONCE = 3;
const RECOVERED_AT_MOST = 1_000;
/** A question that was under way in this many deaths of the process is given up. */
const MAX_ATTEMPTS = 3;

const ACCEPTED: Acceptance = { kind: 'accepted' };
const OVER = { ended: Promise.resolve() };

/** A question that is not under way yet: the inbox is taking it, or it is left over and waits for its turn. */
interface Waiting {
  readonly question: Question;
  /** It was taken back meanwhile: whoever executes it is told at once. */
  isCancelled: boolean;
}

/** A question of an earlier life whose turn has not come. */
interface Left {
  readonly one: Waiting;
  readonly attempts: number;
}

/** A run that was begun, which is not the same moment as its end. */
interface Begun {
  readonly ended: Promise<void>;
}

class LocalDispatcher implements TeamDispatcher {
  readonly #options: LocalDispatcherOptions;
  readonly #underway = new Set<Promise<void>>();
  readonly #waiting = new Set<Waiting>();
  /** The last step of each user at this door: what a user asks is begun in the order it came. */
  readonly #lastOf = new Map<UserId, Promise<unknown>>();
  readonly #opened = Promise.withResolvers<Execute>();
  /** Oldest first. */
  #left: readonly Left[] = [];
  #isStopping = false;

  constructor(options: LocalDispatcherOptions) {
    this.#options = options;
  }

  async start(execute: Execute): Promise<void> {
    const { inbox, log } = this.#options;
    // Read before anything new is taken: what is found here is of an earlier life for certain.
    const unfinished = (await inbox?.unfinished(RECOVERED_AT_MOST)) ?? [];
    this.#left = unfinished.map(({ question, attempts }) => ({
      one: this.#wait(question),
      attempts,
    }));
    this.#opened.resolve(execute);
    if (unfinished.length === 0) return;
    log.info('inbox.recovering', { questions: unfinished.length });
    for (let worker = 0; worker < RECOVERED_AT_ONCE; worker++) void this.#recover();
  }

  async submit(question: Question): Promise<Submission> {
    const one = this.#wait(question);
    await this.#opened.promise;
    const earlier = this.#takeLeft(question.userId);
    const accepting = this.#options.inbox?.accept(question) ?? Promise.resolve(ACCEPTED);
    const accepted = await this.#inTurn(question.userId, async () => {
      for (const old of earlier) await this.#again(old);
      const kept = await accepting;
      if (kept.kind === 'duplicate' || mustWait(question, kept)) this.#waiting.delete(one);
      else await this.#begin(one);
      return kept;
    });
    if (accepted.kind !== 'failed') return accepted;
    const { runId } = question;
    if (mustWait(question, accepted)) return { kind: 'untaken', failure: accepted.failure };
    this.#options.log.warn('inbox.undurable', { runId, why: accepted.failure.message });
    return { kind: 'undurable', failure: accepted.failure };
  }

  signal(signal: Signal): void {
    for (const one of this.#waiting) one.isCancelled ||= isMeant(one.question, signal);
    this.#options.cancel(signal);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    while (this.#underway.size + this.#lastOf.size > 0) {
      await Promise.all([...this.#underway, ...this.#lastOf.values()]);
    }
  }

  #wait(question: Question): Waiting {
    const one = { question, isCancelled: false };
    this.#waiting.add(one);
    return one;
  }

  #inTurn<Result>(userId: UserId, work: () => Promise<Result>): Promise<Result> {
    const before = this.#lastOf.get(userId) ?? Promise.resolve();
    const turn = before.then(work).finally(() => {
      if (this.#lastOf.get(userId) === turn) this.#lastOf.delete(userId);
    });
    this.#lastOf.set(userId, turn);
    return turn;
  }

  async #begin(one: Waiting): Promise<Begun> {
    const execute = await this.#opened.promise;
    this.#waiting.delete(one);
    const ended = execute(one.question).finally(() => this.#underway.delete(ended));
    this.#underway.add(ended);
    const { userId, runId } = one.question;
    if (one.isCancelled) this.#options.cancel({ type: 'cancel', userId, runId });
    return { ended };
  }

  /** A few of these side by side, oldest first: resuming all at once is how a restart never ends. */
  async #recover(): Promise<void> {
    for (let next = this.#nextLeft(); next !== undefined; next = this.#nextLeft()) {
      const old = next;
      const { ended } = await this.#inTurn(old.one.question.userId, () => this.#again(old));
      await ended;
    }
  }

  /** Those whose turn has not come when the house closes stay in the inbox for its next life. */
  #nextLeft(): Left | undefined {
    const [next, ...others] = this.#isStopping ? [] : this.#left;
    this.#left = others;
    return next;
  }

  /** What a user asked earlier goes before what the same user asks now. */
  #takeLeft(userId: UserId): readonly Left[] {
    const isTheirs = ({ one }: Left): boolean => one.question.userId === userId;
    const theirs = this.#left.filter(isTheirs);
    if (theirs.length > 0) this.#left = this.#left.filter((old) => !isTheirs(old));
    return theirs;
  }

  /** The count is written first: a question that kills the process is noticed the third time. */
  async #again({ one, attempts }: Left): Promise<Begun> {
    const { inbox, log } = this.#options;
    const { question } = one;
    if (inbox === undefined || this.#isStopping) return OVER;
    if (attempts < MAX_ATTEMPTS) {
      await inbox.countAttempt(question);
      return this.#isStopping ? OVER : this.#begin(one);
    }
    log.error('inbox.given_up', { runId: question.runId, attempts });
    this.#waiting.delete(one);
    await closeQuestion(inbox, { question, outcome: GIVEN_UP, log });
    return OVER;
  }
}

/** What a platform can give us again is not begun before it is kept: only then may its position be left behind. */
const mustWait = ({ origin }: Question, { kind }: Acceptance): boolean =>
  origin !== undefined && kind === 'failed';

const isMeant = (question: Question, { userId, runId, channelId }: Signal): boolean =>
  question.userId === userId &&
  (runId === undefined || question.runId === runId) &&
  (channelId === undefined || question.channelId === channelId);

const GIVEN_UP: RunOutcome = {
  kind: 'failed',
  failure: failure('poisonous', 'The process died with this question too often; it was given up.'),
  usage: NO_USAGE,
};
