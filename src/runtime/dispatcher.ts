import type { Failure } from '../../machines/failure.ts';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Log } from '../shared/log.ts';
import type { Tries } from '../shared/tries.ts';

/** Takes up a question; the returned promise settles when the run has its outcome. */
export type Execute = (question: Question) => Promise<void>;

/** What became of a submitted question. */
export type Submission =
  | { readonly kind: 'accepted' }
  /** Its id was accepted before: it runs, or has run, exactly once. */
  | { readonly kind: 'duplicate' }
  /** Accepted, but a crash would lose it: the inbox could not be written. */
  | { readonly kind: 'undurable'; readonly failure: Failure }
  /** Not accepted, since it could not be kept: its platform has it still, and is to be asked for it again. */
  | { readonly kind: 'untaken'; readonly failure: Failure };

/** What can be told to a run from outside; never waits behind the run itself. */
export interface Signal {
  readonly type: 'cancel';
  readonly userId: UserId;
  readonly runId?: RunId | undefined;
  readonly channelId?: ChannelId | undefined;
}

/** Whether it is about this question. */
export const isMeant = (question: Question, { userId, runId, channelId }: Signal): boolean =>
  question.userId === userId &&
  (runId === undefined || question.runId === runId) &&
  (channelId === undefined || question.channelId === channelId);

/**
 * The seam between edges and whoever executes: runs each accepted question at least once, somewhere
 * alive, with all of a user's questions in one place at a time. Everything else (order per channel,
 * at most one team per user, the outcome) is the supervisor's.
 */
export interface TeamDispatcher {
  /** Begins executing, unfinished questions of an earlier life first, oldest first. What was submitted before waits for it. */
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
  readonly tries: Tries;
  /** True when nothing was kept of its run, and its asker has seen nothing of it. Left out: it may have begun. */
  readonly isUntouched?: boolean;
}

/**
 * Ends a question of an earlier life that nobody had begun, where it is too old to be answered now; gives back whether it
 * did. Its platform is told, once for each channel. Never rejects.
 */
export type Lapse = (question: Question) => Promise<boolean>;

/** Questions that this process has made its own. */
export type Claim =
  | { readonly kind: 'claimed'; readonly questions: readonly Unfinished[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Where accepted questions are kept until they are answered. Never rejects. */
export interface Inbox {
  accept(question: Question): Promise<Acceptance>;
  /**
   * Says that this process lives, and makes at most `limit` questions its own of which the process is gone, oldest first:
   * anybody's, or one user's. What a process does not say for too long, it has lost to the others.
   */
  claim(page: { readonly limit: number; readonly userId?: UserId | undefined }): Promise<Claim>;
  /** Gives back what this process has not ended, for whoever comes next, and takes back the tries it counted of that. */
  leave(): Promise<void>;
  /** Notes, before it is run again, that a process died with this question, and how far its run has come. */
  countTry(left: Unfinished): Promise<void>;
  /**
   * Closes a question that ended without a run: refused, cancelled while it waited, given up. What is said of it on its
   * platform is kept in the same transaction.
   */
  finish(
    question: Question,
    outcome: RunOutcome,
    parts?: readonly string[],
  ): Promise<Failure | undefined>;
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
