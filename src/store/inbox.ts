import { randomUUID } from 'node:crypto';
import { and, asc, eq, ne, sql } from 'drizzle-orm';
import { type Failure, failure } from '../../machines/failure.ts';
import type { RunId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import type { Clock } from '../shared/clock.ts';
import { isAlive } from './alive.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';
import { moving } from './gateways.ts';
import { partsOf, posting } from './parts.ts';
import type { Principal } from './principal.ts';
import { inbox } from './schema/delivery.ts';
import { always, given, givenMoment, one, statement } from './statement.ts';
import { failureOf, StoreError } from './store-error.ts';

/** A question that was accepted and has no outcome yet. */
export interface UnfinishedQuestion {
  readonly question: Question;
  /** How often its run has been started again because a process died with it. */
  readonly attempt: number;
}

/** What has been accepted: the promise to answer, kept through the death of the process. */
export interface Inbox {
  /**
   * Keeps the question, and how far its platform's events have been taken up. Whoever is told `accepted` may acknowledge
   * it; what its user has since asked to be forgotten counts as a duplicate. Never rejects on what a database can do.
   */
  accept(question: Question, options?: CallOptions): Promise<'accepted' | 'duplicate' | Failure>;
  /** Keeps that a question of a platform was not taken up, and what is said of it there, once. Never rejects likewise. */
  decline(
    question: Question,
    declined: Declined,
    options?: CallOptions,
  ): Promise<'declined' | 'duplicate' | Failure>;
  /** The oldest questions without an outcome, in order of acceptance. Rejects with `StoreError`. */
  unfinished(limit: number, options?: CallOptions): Promise<readonly UnfinishedQuestion[]>;
  /**
   * Notes that a question is about to be run again; gives back how often by now (one too many, if the connection broke
   * meanwhile). Rejects with `StoreError`, of kind `unknown` when there is no such unfinished question.
   */
  bumpAttempt(principal: Principal, runId: RunId, options?: CallOptions): Promise<number>;
  /**
   * A question ended without a run (refused, abandoned): it will not come back, and `parts` are said on its platform.
   * Runs do this when they end.
   */
  finish(
    question: Question,
    parts?: readonly string[],
    options?: CallOptions,
  ): Promise<'finished' | Failure>;
}

/** Why a question was declined. */
export interface Declined {
  /** What is said on its platform, first to last. */
  readonly parts: readonly string[];
  /** True when it was too old to be answered: the last position in time stays what it was. */
  readonly isLate: boolean;
}

export function createInbox(database: Database, clock: Clock): Inbox {
  const keep = async (question: Question, kept: Kept, options: CallOptions | undefined) => {
    const values = { ...kept, ...fromQuestion(question), postedAt: clock.now() };
    try {
      const [row] = await database.run(acceptQuestion, values, options);
      return typeof row?.runId === 'string' ? 'accepted' : 'duplicate';
    } catch (thrown) {
      return failureOf(thrown);
    }
  };
  return {
    accept(question, options) {
      const payload = cleanJson(question);
      return keep(question, { payload, state: 'accepted', parts: '[]', isLate: false }, options);
    },
    async decline(question, { parts, isLate }, options) {
      const declined = { payload: null, state: 'done', parts: partsOf(question, parts), isLate };
      const kept = await keep(question, declined, options);
      return kept === 'accepted' ? 'declined' : kept;
    },
    async unfinished(limit, options) {
      const rows = await database.run(unfinishedQuestions, { limit }, options);
      return rows.flatMap(({ question, attempt }) => (question ? [{ question, attempt }] : []));
    },
    async bumpAttempt({ userId }, runId, options) {
      const [row] = await database.run(bumpAttempt, { userId, runId }, options);
      if (row !== undefined) return row.attempt;
      const none = failure('unknown', `There is no unfinished question ${runId} of this user.`);
      throw new StoreError(none, 'call');
    },
    async finish(question, parts = [], options) {
      const { userId, runId, channelId } = question;
      const values = { userId, runId, channelId, parts: partsOf(question, parts) };
      try {
        await database.run(finishQuestion, { ...values, postedAt: clock.now() }, options);
        return 'finished';
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
  };
}

interface Kept {
  readonly payload: string | null;
  readonly state: string;
  readonly parts: string;
  readonly isLate: boolean;
}

const fromQuestion = ({ runId, userId, channelId, at, origin }: Question) => ({
  runId,
  userId,
  channelId,
  at,
  platform: origin?.platform ?? null,
  position: origin?.position ?? null,
  receipt: randomUUID(),
});

/**
 * Gives its id back for a new question, and for one of ours that is tried again because the connection broke. The
 * platform's position moves with it, and for a duplicate, too.
 */
const acceptQuestion = statement('inbox_accept', (db) => {
  const accepted = db.$with('accepted', { runId: sql<string>`message_id`.as('message_id') }).as(sql`
    insert into ${inbox} (message_id, user_id, channel_id, payload, receipt, state, received_at)
    select ${given('runId')}, ${given('userId')}, ${given('channelId')}, ${given('payload')}::jsonb,
           ${given('receipt')}, ${given('state')}, ${givenMoment('at')}
    where ${isAlive(givenMoment('at'))}
    on conflict (message_id) do update set receipt = excluded.receipt
      where inbox.receipt = excluded.receipt
    returning message_id`);
  return db
    .with(accepted, posting(db, 'accepted'), moving(db))
    .select({ runId: accepted.runId })
    .from(one)
    .leftJoin(accepted, always);
});

const unfinishedQuestions = statement('inbox_unfinished', (db) =>
  db
    .select({ question: inbox.payload, attempt: inbox.attempt })
    .from(inbox)
    .where(ne(inbox.state, sql`'done'`))
    .orderBy(asc(inbox.seq))
    .limit(given('limit')),
);

const bumpAttempt = statement('inbox_bump_attempt', (db) =>
  db
    .update(inbox)
    .set({ attempt: sql`${inbox.attempt} + 1` })
    .where(theirs())
    .returning({ attempt: inbox.attempt }),
);

const finishQuestion = statement('inbox_finish', (db) => {
  const closed = db.$with('closed', { runId: sql<string>`message_id`.as('message_id') }).as(sql`
    update ${inbox} set state = 'done', payload = null
    where message_id = ${given('runId')} and user_id = ${given('userId')} and state <> 'done'
    returning message_id`);
  return db.with(closed, posting(db, 'closed')).select({ runId: closed.runId }).from(closed);
});

const theirs = () =>
  and(
    eq(inbox.messageId, given('runId')),
    eq(inbox.userId, given('userId')),
    ne(inbox.state, sql`'done'`),
  );
