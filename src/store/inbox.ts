import { randomUUID } from 'node:crypto';
import { and, eq, ne, sql } from 'drizzle-orm';
import { type Failure, failure } from '../../machines/failure.ts';
import type { RunId, UserId } from '../../machines/ids.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';
import type { Clock } from '../shared/clock.ts';
import type { Tries } from '../shared/tries.ts';
import { isAlive } from './alive.ts';
import {
  type Claimed,
  claimQuestions,
  keptSteps,
  leaveQuestions,
  unfinishedQuestions,
} from './claims.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';
import { moving } from './gateways.ts';
import { partsOf, posting } from './parts.ts';
import { countOthers, type Presence } from './presence.ts';
import type { Principal } from './principal.ts';
import { endRun } from './run-statements.ts';
import { endOfQuestion } from './run-values.ts';
import { inbox } from './schema/delivery.ts';
import { always, given, givenMoment, one, statement } from './statement.ts';
import { failureOf, StoreError } from './store-error.ts';

/** A question that was accepted and has no outcome yet. */
export interface UnfinishedQuestion {
  readonly question: Question;
  readonly tries: Tries;
}

interface ClaimedQuestion extends UnfinishedQuestion {
  /** True when no step of its run was kept, and its platform shows nothing of it. */
  readonly isUntouched: boolean;
}

/** How a question ended without a run of its own. */
export interface Ending {
  readonly outcome: RunOutcome;
  /** What is said on its platform, first to last. */
  readonly parts?: readonly string[];
}

/** What has been accepted: the promise to answer, kept through the death of the process. */
export interface Inbox {
  /**
   * Keeps the question as this process's own, and how far its platform's events have been taken up. Whoever is told
   * `accepted` may acknowledge it; what its user has since asked to be forgotten counts as a duplicate. Never rejects on
   * what a database can do.
   */
  accept(question: Question, options?: CallOptions): Promise<'accepted' | 'duplicate' | Failure>;
  /** Keeps that a question of a platform was not taken up, and what is said of it there, once. Never rejects likewise. */
  decline(
    question: Question,
    declined: Declined,
    options?: CallOptions,
  ): Promise<'declined' | 'duplicate' | Failure>;
  /**
   * Says that this process lives, and makes questions its own of which the process is gone: at most `limit`, in order of
   * acceptance. To be asked again well within `LEASE_MS`, or what it has goes to others. Rejects with `StoreError`; what
   * was claimed all the same comes with the next claim.
   */
  claim(page: ClaimPage, options?: CallOptions): Promise<readonly ClaimedQuestion[]>;
  /**
   * Gives back what this process has not finished, to whoever claims it. The tries that it counted are taken back: it did
   * not die with them. Never rejects on what a database can do.
   */
  leave(options?: CallOptions): Promise<'left' | Failure>;
  /** How many other processes take questions from this inbox and live, as far as can be told. Rejects with `StoreError`. */
  neighbours(options?: CallOptions): Promise<number>;
  /** The oldest questions without an outcome, whoever has them, in order of acceptance. Rejects with `StoreError`. */
  unfinished(limit: number, options?: CallOptions): Promise<readonly UnfinishedQuestion[]>;
  /**
   * Notes that a question which has had so many tries is about to be run again. Rejects with `StoreError`, of kind `unknown`
   * when there is no such unfinished question.
   */
  countTry(principal: Principal, next: NextTry, options?: CallOptions): Promise<void>;
  /**
   * A question ended without a run (refused, given up): it will not come back, it stands in its conversation, and `parts`
   * are said on its platform. Changes nothing for a question that another process has. Runs do this when they end.
   */
  finish(question: Question, ending: Ending, options?: CallOptions): Promise<'finished' | Failure>;
}

interface ClaimPage {
  readonly limit: number;
  /** Only what this user has asked. */
  readonly userId?: UserId;
}

interface NextTry {
  readonly runId: RunId;
  /** As they were claimed. */
  readonly before: Tries;
}

/** Why a question was declined. */
export interface Declined {
  /** What is said on its platform, first to last. */
  readonly parts: readonly string[];
  /** True when it was too old to be answered: the last position in time stays what it was. */
  readonly isLate: boolean;
}

/** How long a process that says nothing is believed to live, where nothing else shows that it is gone. */
const LEASE_MS = 20_000;

export interface InboxOptions {
  readonly clock: Clock;
  /** The number of this process: its opening of the database. */
  readonly owner: () => number;
  readonly presence: Presence;
}

export function createInbox(database: Database, { clock, owner, presence }: InboxOptions): Inbox {
  const keep = async (question: Question, kept: Kept, options: CallOptions | undefined) => {
    const values = { ...kept, ...fromQuestion(question), owner: owner(), postedAt: clock.now() };
    try {
      const [row] = await database.run(acceptQuestion, values, options);
      return typeof row?.runId === 'string' ? 'accepted' : 'duplicate';
    } catch (thrown) {
      return failureOf(thrown);
    }
  };
  /** Stays the same until a claim has succeeded: so there is one at a time. */
  let receipt = randomUUID();
  let claiming: Promise<void> = Promise.resolve();
  const claimNow = async ({ limit, userId }: ClaimPage, options?: CallOptions) => {
    const who = { owner: owner(), presence, leaseMs: LEASE_MS, receipt };
    const rows = await database.run(
      claimQuestions,
      { ...who, limit, userId: userId ?? null },
      options,
    );
    receipt = randomUUID();
    return claimedIn(rows);
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
    claim(page, options) {
      const claim = claiming.then(() => claimNow(page, options));
      claiming = claim.then(nothing, nothing);
      return claim;
    },
    async leave(options) {
      try {
        await database.run(leaveQuestions, { owner: owner() }, options);
        return 'left';
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
    neighbours: async (options) =>
      (await database.run(countOthers, { owner: owner(), presence }, options))[0]?.count ?? 0,
    async unfinished(limit, options) {
      return unfinishedIn(await database.run(unfinishedQuestions, { limit }, options));
    },
    async countTry({ userId }, { runId, before }, options) {
      const tries = { inAll: before.inAll + 1, inVain: before.inVain + 1 };
      const values = { userId, runId, ...tries, owner: owner() };
      const [row] = await database.run(countTry, values, options);
      if (row !== undefined) return;
      const none = failure('unknown', `There is no unfinished question ${runId} of this user.`);
      throw new StoreError(none, 'call');
    },
    async finish(question, ending, options) {
      try {
        const values = endOfQuestion(question, { ...ending, at: clock.now(), owner: owner() });
        await database.run(endRun, values, options);
        return 'finished';
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
  };
}

const nothing = (): void => {};

const claimedIn = (rows: readonly Claimed[]): readonly ClaimedQuestion[] =>
  rows.flatMap(({ question, isUntouched, ...tries }) =>
    question === null ? [] : [{ question, tries, isUntouched }],
  );

/** A question that was forgotten meanwhile has no payload any more. */
const unfinishedIn = (
  rows: readonly ({ readonly question: Question | null } & Tries)[],
): readonly UnfinishedQuestion[] =>
  rows.flatMap(({ question, ...tries }) => (question ? [{ question, tries }] : []));

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
  platform: origin?.stream ?? origin?.platform ?? null,
  position: origin?.position ?? null,
  receipt: randomUUID(),
});

/**
 * Gives its id back for a new question, and for one of ours that is tried again because the connection broke. The
 * platform's position moves with it, and for a duplicate, too.
 */
const acceptQuestion = statement('inbox_accept', (db) => {
  const accepted = db.$with('accepted', { runId: sql<string>`message_id`.as('message_id') }).as(sql`
    insert into ${inbox} (message_id, user_id, channel_id, payload, receipt, state, owner, received_at)
    select ${given('runId')}, ${given('userId')}, ${given('channelId')}, ${given('payload')}::jsonb,
           ${given('receipt')}, ${given('state')}, ${given('owner')}::int8, ${givenMoment('at')}
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

/** Sets what it comes to: a statement that is sent again because the connection broke counts once. */
const countTry = statement('inbox_count_try', (db) =>
  db
    .update(inbox)
    .set({
      attempt: sql`${given('inAll')}::int`,
      inVain: sql`${given('inVain')}::int`,
      keptSteps: keptSteps(inbox.messageId),
      countedBy: sql`${given('owner')}::int8`,
    })
    .where(theirs())
    .returning({ runId: inbox.messageId }),
);

const theirs = () =>
  and(
    eq(inbox.messageId, given('runId')),
    eq(inbox.userId, given('userId')),
    ne(inbox.state, sql`'done'`),
  );
