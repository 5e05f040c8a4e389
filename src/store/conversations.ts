import { and, desc, eq, ne, sql } from 'drizzle-orm';
import type { ChannelId, RunId } from '../../machines/ids.ts';
import type { CallOptions, Database } from './database.ts';
import { type PastRun, pastRunColumns, theirRuns, toPastRun } from './past-run.ts';
import { type PastSearch, searchPast } from './past-search.ts';
import type { Principal } from './principal.ts';
import { agentRuns, agentSessions } from './schema/runs.ts';
import { given, statement } from './statement.ts';

/** What is remembered of one user in one channel. */
export interface Session {
  readonly channelId: ChannelId;
  /** The first words of its first question. */
  readonly title: string;
  readonly createdAt: number;
  /** When a run last began or ended in it. */
  readonly touchedAt: number;
}

interface Page extends CallOptions {
  /** At most this many, from 1 up. */
  readonly limit: number;
}

interface ConversationPage extends Page {
  /** Only what ended before this run did. */
  readonly before?: RunId;
}

/** The principal's own past, and nobody else's; of what is past its time, nothing. Each method rejects with `StoreError`. */
export interface Conversations {
  /** Newest first. */
  sessions(principal: Principal, page: Page): Promise<readonly Session[]>;
  /** The last runs of a channel, oldest first: a page of it as people read it. */
  conversation(
    principal: Principal,
    channelId: ChannelId,
    page: ConversationPage,
  ): Promise<readonly PastRun[]>;
  /** Begins a new conversation in the channel of the principal: later runs are not shown what was asked before. */
  reset(principal: Required<Principal>, at: number, options?: CallOptions): Promise<void>;
  /**
   * Runs whose question or answer has words of the query: best match first, newer before older. Where others read along,
   * only what was said before them all; what was said in private only if its owner allows it.
   */
  searchRuns(principal: Principal, search: PastSearch): Promise<readonly PastRun[]>;
}

export function createConversations(database: Database): Conversations {
  return {
    async sessions({ userId }, { limit, ...options }) {
      const call = { what: recentSessions, values: { userId, limit } };
      const rows = await database.runAs(userId, call, options);
      return rows.map((row) => ({
        ...row,
        createdAt: row.createdAt.getTime(),
        touchedAt: row.touchedAt.getTime(),
      }));
    },
    async conversation({ userId }, channelId, { limit, before, ...options }) {
      const values = { userId, channelId, limit, before: before ?? null };
      const call = { what: runsOfChannel, values };
      const newestFirst = await database.runAs(userId, call, options);
      return newestFirst.map(toPastRun).reverse();
    },
    async reset({ userId, channelId }, at, options) {
      await database.run(resetSession, { userId, channelId, at }, options);
    },
    searchRuns: (principal, search) => searchPast(database, principal, search),
  };
}

const recentSessions = statement('sessions', (db) =>
  db
    .select({
      channelId: agentSessions.channelId,
      title: agentSessions.title,
      createdAt: agentSessions.createdAt,
      touchedAt: agentSessions.touchedAt,
    })
    .from(agentSessions)
    // Without a title, nothing that was said in it is kept any more.
    .where(and(eq(agentSessions.userId, given('userId')), ne(agentSessions.title, '')))
    .orderBy(desc(agentSessions.touchedAt))
    .limit(given('limit')),
);

/** What was summed up belongs to the conversation that ends. */
const resetSession = statement('session_reset', (db) =>
  db
    .update(agentSessions)
    .set({
      resetAt: sql`to_timestamp(${given('at')}::float8 / 1000)`,
      summary: null,
      summarisedTo: sql`to_timestamp(${given('at')}::float8 / 1000)`,
    })
    .where(
      and(
        eq(agentSessions.userId, given('userId')),
        eq(agentSessions.channelId, given('channelId')),
      ),
    )
    .returning({ channelId: agentSessions.channelId }),
);

const runsOfChannel = statement('runs_of_channel', (db) =>
  db
    .select(pastRunColumns)
    .from(agentRuns)
    .where(
      and(
        theirRuns(),
        eq(agentRuns.channelId, given('channelId')),
        sql`(${given('before')}::text is null or (${agentRuns.endedAt}, ${agentRuns.runId}) <
          (select b.ended_at, b.run_id from agent_runs b
           where b.run_id = ${given('before')} and b.user_id = ${given('userId')}))`,
      ),
    )
    .orderBy(desc(agentRuns.endedAt), desc(agentRuns.runId))
    .limit(given('limit')),
);
