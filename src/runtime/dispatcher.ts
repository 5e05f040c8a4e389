import { NO_USAGE } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Log } from '../shared/log.ts';

/** Takes up a question; the returned promise settles when the run has its outcome. */
export type Execute = (question: Question) => Promise<void>;

/** What became of a submitted question. */
export type Submission =
  | { readonly kind: 'accepted' }
  /** Its id was accepted before: it runs, or has run, exactly once. */
  | { readonly kind: 'duplicate' }
  /** Accepted, but a crash would lose it: the inbox could not be written. */
  | { readonly kind: 'undurable'; readonly failure: Failure };

/** What can be told to a run from outside; never waits behind the run itself. */
export interface Signal {
  readonly type: 'cancel';
  readonly userId: UserId;
  readonly runId?: RunId | undefined;
  readonly channelId?: ChannelId | undefined;
}

/**
 * The seam between edges and whoever executes: runs each accepted question at least once, somewhere
 * alive, with all of a user's questions in one place at a time. Everything else (order per channel,
 * at most one team per user, the outcome) is the supervisor's.
 */
export interface TeamDispatcher {
  /** Begins executing, unfinished questions of an earlier life first, oldest first. */
  start(execute: Execute): Promise<void>;
  /** Idempotent by `question.runId`. Never rejects. */
  submit(question: Question): Promise<Submission>;
  signal(signal: Signal): void;
  /** Begins nothing more of what an earlier life has left; resolves when nothing it started is under way. */
  stop(): Promise<void>;
}

/** Whether a question is kept. */
export type Acceptance =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A question that an earlier life of the process left unanswered. */
export interface Unfinished {
  readonly question: Question;
  /** How often it was run again because a process died with it. */
  readonly attempts: number;
}

/** Where accepted questions are kept until they are answered. Never rejects. */
export interface Inbox {
  accept(question: Question): Promise<Acceptance>;
  /** Questions accepted and not yet ended, oldest first. */
  unfinished(limit: number): Promise<readonly Unfinished[]>;
  /** Notes, before it is run again, that a process died with this question. */
  countAttempt(question: Question): Promise<void>;
  /** Closes a question that ended without a run: refused, cancelled while it waited, given up. */
  finish(question: Question, outcome: RunOutcome): Promise<Failure | undefined>;
}

export interface LocalDispatcherOptions {
  /** Left out: nothing outlives the process. */
  readonly inbox: Inbox | undefined;
  readonly log: Log;
  readonly cancel: (signal: Signal) => void;
}

/** How many questions of an earlier life are under way at once: a restart must not drown in them. */
const RECOVERED_AT_ONCE = 3;
const RECOVERED_AT_MOST = 1_000;
/** A question that was under way in this many deaths of the process is given up. */
const MAX_ATTEMPTS = 3;

/** A question that is not under way yet: the inbox is taking it, or it is left over and waits for its turn. */
interface Waiting {
  readonly question: Question;
  /** It was taken back meanwhile: whoever executes it is told at once. */
  isCancelled: boolean;
}

/** The dispatcher of a single process: executes where it accepts. */
export function createLocalDispatcher(options: LocalDispatcherOptions): TeamDispatcher {
  const { inbox, log, cancel } = options;
  const underway = new Set<Promise<void>>();
  const waiting = new Set<Waiting>();
  const lastOf = new Map<UserId, Promise<Acceptance>>();
  let execute: Execute | undefined;
  let isStopping = false;

  const wait = (question: Question): Waiting => {
    const one = { question, isCancelled: false };
    waiting.add(one);
    return one;
  };
  const begin = (one: Waiting): Promise<void> => {
    if (execute === undefined) throw new Error('The dispatcher has not started.');
    waiting.delete(one);
    const run = execute(one.question).finally(() => underway.delete(run));
    underway.add(run);
    const { userId, runId } = one.question;
    if (one.isCancelled) cancel({ type: 'cancel', userId, runId });
    return run;
  };
  /** A user's questions begin in the order in which they came, however long the inbox takes over each. */
  const take = async (one: Waiting, before: Promise<Acceptance> | undefined) => {
    const accepting = inbox?.accept(one.question);
    await before;
    const accepted: Acceptance = (await accepting) ?? { kind: 'accepted' };
    if (accepted.kind === 'duplicate') waiting.delete(one);
    else void begin(one);
    return accepted;
  };

  return {
    async start(work) {
      execute = work;
      const unfinished = (await inbox?.unfinished(RECOVERED_AT_MOST)) ?? [];
      if (inbox === undefined || unfinished.length === 0) return;
      log.info('inbox.recovering', { questions: unfinished.length });
      const left = unfinished.map(({ question, attempts }) => ({ one: wait(question), attempts }));
      void recover(left, { inbox, log, begin, isStopping: () => isStopping });
    },
    async submit(question) {
      const { userId, runId } = question;
      const taken = take(wait(question), lastOf.get(userId));
      lastOf.set(userId, taken);
      const accepted = await taken;
      if (lastOf.get(userId) === taken) lastOf.delete(userId);
      if (accepted.kind !== 'failed') return accepted;
      log.warn('inbox.undurable', { runId, why: accepted.failure.message });
      return { kind: 'undurable', failure: accepted.failure };
    },
    signal(signal) {
      for (const one of waiting) one.isCancelled ||= isMeant(one.question, signal);
      cancel(signal);
    },
    async stop() {
      isStopping = true;
      while (underway.size > 0) await Promise.all(underway);
    },
  };
}

const isMeant = (question: Question, { userId, runId, channelId }: Signal): boolean =>
  question.userId === userId &&
  (runId === undefined || question.runId === runId) &&
  (channelId === undefined || question.channelId === channelId);

export interface Closing {
  readonly question: Question;
  readonly outcome: RunOutcome;
  readonly log: Log;
}

/** Closes a question in the inbox; when that cannot be written, a later life of the process will ask it again. */
export async function closeQuestion(
  inbox: Inbox,
  { question, outcome, log }: Closing,
): Promise<void> {
  const failed = await inbox.finish(question, outcome);
  if (failed === undefined) return;
  log.warn('inbox.not_closed', { runId: question.runId, why: failed.message });
}

interface Left {
  readonly one: Waiting;
  readonly attempts: number;
}

interface Recovery {
  readonly inbox: Inbox;
  readonly log: Log;
  readonly begin: (one: Waiting) => Promise<void>;
  readonly isStopping: () => boolean;
}

/**
 * A few at a time, oldest first: resuming all at once is how a restart never ends. Those whose turn has not
 * come when the house closes stay in the inbox for its next life.
 */
async function recover(left: readonly Left[], recovery: Recovery): Promise<void> {
  const queue = [...left];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (recovery.isStopping()) return;
      await beginAgain(next, recovery);
    }
  };
  await Promise.all(Array.from({ length: RECOVERED_AT_ONCE }, worker));
}

/** The count is written first: a question that kills the process is noticed the third time. */
async function beginAgain({ one, attempts }: Left, recovery: Recovery): Promise<void> {
  const { inbox, log, begin, isStopping } = recovery;
  const { question } = one;
  if (attempts < MAX_ATTEMPTS) {
    await inbox.countAttempt(question);
    return isStopping() ? undefined : begin(one);
  }
  log.error('inbox.given_up', { runId: question.runId, attempts });
  await closeQuestion(inbox, { question, outcome: GIVEN_UP, log });
}

const GIVEN_UP: RunOutcome = {
  kind: 'failed',
  failure: failure('poisonous', 'The process died with this question too often; it was given up.'),
  usage: NO_USAGE,
};
