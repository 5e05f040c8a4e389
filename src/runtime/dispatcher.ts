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
  /** Takes nothing new; resolves when nothing it started is under way, or at the deadline. */
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

/** The dispatcher of a single process: executes where it accepts. */
export function createLocalDispatcher(options: LocalDispatcherOptions): TeamDispatcher {
  const { inbox, log, cancel } = options;
  const underway = new Set<Promise<void>>();
  let execute: Execute | undefined;

  const begin = (question: Question): Promise<void> => {
    if (execute === undefined) return Promise.reject(new Error('The dispatcher has not started.'));
    const run = execute(question).finally(() => underway.delete(run));
    underway.add(run);
    return run;
  };

  return {
    async start(work) {
      execute = work;
      const unfinished = (await inbox?.unfinished(RECOVERED_AT_MOST)) ?? [];
      if (unfinished.length === 0) return;
      log.info('inbox.recovering', { questions: unfinished.length });
      void recover(unfinished, (one) => beginAgain(one, { inbox, log, begin }));
    },
    async submit(question) {
      const accepted: Acceptance = (await inbox?.accept(question)) ?? { kind: 'accepted' };
      if (accepted.kind === 'duplicate') return accepted;
      void begin(question);
      if (accepted.kind === 'accepted') return accepted;
      log.warn('inbox.undurable', { runId: question.runId, why: accepted.failure.message });
      return { kind: 'undurable', failure: accepted.failure };
    },
    signal: cancel,
    async stop() {
      await Promise.all(underway);
      execute = undefined;
    },
  };
}

interface Again {
  readonly inbox: Inbox | undefined;
  readonly log: Log;
  readonly begin: Execute;
}

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

/** The count is written first: a question that kills the process is noticed the third time. */
async function beginAgain({ question, attempts }: Unfinished, { inbox, log, begin }: Again) {
  const { runId } = question;
  if (attempts < MAX_ATTEMPTS) {
    await inbox?.countAttempt(question);
    return begin(question);
  }
  log.error('inbox.given_up', { runId, attempts });
  if (inbox !== undefined) await closeQuestion(inbox, { question, outcome: GIVEN_UP, log });
}

const GIVEN_UP: RunOutcome = {
  kind: 'failed',
  failure: failure('poisonous', 'The process died with this question too often; it was given up.'),
  usage: NO_USAGE,
};

/** A few at a time, oldest first: resuming all at once is how a restart never ends. */
async function recover(
  unfinished: readonly Unfinished[],
  again: (one: Unfinished) => Promise<void>,
): Promise<void> {
  const waiting = [...unfinished];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await again(next);
  };
  await Promise.all(Array.from({ length: RECOVERED_AT_ONCE }, worker));
}
