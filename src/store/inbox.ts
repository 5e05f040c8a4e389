import { randomUUID } from 'node:crypto';
import { and, asc, eq, ne, sql } from 'drizzle-orm';
import { type Failure, failure } from '../../machines/failure.ts';
import type { RunId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';
import type { Principal } from './principal.ts';
import { inbox } from './schema.ts';
import { given, givenMoment, statement } from './statement.ts';
import { failureOf, StoreError } from './store-error.ts';

/** A question that was accepted and has no outcome yet. */
export interface UnfinishedQuestion {
  readonly question: Question;
  /** How often its run has been started again because a process died with it. */
  readonly attempt: number;
}

/** What has been accepted: the promise to answer, kept through the death of the process. */
export interface Inbox {
  /** Keeps the question. Whoever is told `accepted` may acknowledge it. Never rejects on what a database can do. */
  accept(question: Question, options?: CallOptions): Promise<'accepted' | 'duplicate' | Failure>;
  /** The oldest questions without an outcome, in order of acceptance. Rejects with `StoreError`. */
  unfinished(limit: number, options?: CallOptions): Promise<readonly UnfinishedQuestion[]>;
  /**
   * Notes that a question is about to be run again; gives back how often by now (one too many, if the connection broke
   * meanwhile). Rejects with `StoreError`, of kind `unknown` when there is no such unfinished question.
   */
  bumpAttempt(principal: Principal, runId: RunId, options?: CallOptions): Promise<number>;
  /** A question ended without a run (refused, abandoned): it will not come back. Runs do this when they end. */
  finish(principal: Principal, runId: RunId, options?: CallOptions): Promise<'finished' | Failure>;
}

export function createInbox(database: Database): Inbox {
  return {
    async accept(question, options) {
      const { runId, userId, channelId, at } = question;
      const payload = cleanJson(question);
      const values = { runId, userId, channelId, at, payload, receipt: randomUUID() };
      try {
        const rows = await database.run(acceptQuestion, values, options);
        return rows.length > 0 ? 'accepted' : 'duplicate';
      } catch (thrown) {
        return failureOf(thrown);
      }
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
    async finish({ userId }, runId, options) {
      try {
        await database.run(finishQuestion, { userId, runId }, options);
        return 'finished';
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
  };
}

/** Gives a row for a new question, and for one of ours that is tried again because the connection broke. */
const acceptQuestion = statement('inbox_accept', (db) => {
  const accepted = db.$with('accepted', { runId: sql<string>`message_id`.as('message_id') }).as(sql`
    insert into ${inbox} (message_id, user_id, channel_id, payload, receipt, received_at)
    values (${given('runId')}, ${given('userId')}, ${given('channelId')}, ${given('payload')},
            ${given('receipt')}, ${givenMoment('at')})
    on conflict (message_id) do update set receipt = excluded.receipt
      where inbox.receipt = excluded.receipt
    returning message_id`);
  return db.with(accepted).select({ runId: accepted.runId }).from(accepted);
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

const finishQuestion = statement('inbox_finish', (db) =>
  db
    .update(inbox)
    .set({ state: 'done', payload: null })
    .where(theirs())
    .returning({ runId: inbox.messageId }),
);

const theirs = () =>
  and(
    eq(inbox.messageId, given('runId')),
    eq(inbox.userId, given('userId')),
    ne(inbox.state, sql`'done'`),
  );
