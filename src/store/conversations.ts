import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { ChannelId, RunId } from '../../machines/ids.ts';
import type { CallOptions, Database } from './database.ts';
import { type PastRun, pastRunColumns, toPastRun } from './past-run.ts';
import type { Principal } from './principal.ts';
import { agentRuns, agentSessions, searchable } from './schema/runs.ts';
import { anyWord, given, statement } from './statement.ts';

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

interface Search extends Page {
  /** Words, as people write them; any of them may match. */
  readonly query: string;
  /** Only this channel's runs. */
  readonly channelId?: ChannelId;
}

/** The principal's own past, and nobody else's. Each method rejects with `StoreError`. */
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
  /** Runs whose question or answer has words of the query: best match first, newer before older. */
  searchRuns(principal: Principal, search: Search): Promise<readonly PastRun[]>;
}

export function createConversations(database: Database): Conversations {
  return {
    async sessions({ userId }, { limit, ...options }) {
      const rows = await database.run(recentSessions, { userId, limit }, options);
      return rows.map((row) => ({
        ...row,
        createdAt: row.createdAt.getTime(),
        touchedAt: row.touchedAt.getTime(),
      }));
    },
    async conversation({ userId }, channelId, { limit, before, ...options }) {
      const values = { userId, channelId, limit, before: before ?? null };
      const newestFirst = await database.run(runsOfChannel, values, options);
      return newestFirst.map(toPastRun).reverse();
    },
    async reset({ userId, channelId }, at, options) {
      await database.run(resetSession, { userId, channelId, at }, options);
    },
    async searchRuns({ userId }, { query, channelId, limit, ...options }) {
      const values = { userId, query: query.slice(0, 1000), channelId: channelId ?? null, limit };
      const rows = await database.run(runsAbout, values, options);
      return rows.map(toPastRun);
    },
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
    .where(eq(agentSessions.userId, given('userId')))
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

/** Runs of the principal that have ended; members' runs are parts of them. */
const theirRuns = () =>
  and(
    eq(agentRuns.userId, given('userId')),
    isNull(agentRuns.parentRunId),
    isNotNull(agentRuns.endedAt),
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

const runsAbout = statement('runs_about', (db) => {
  const match = sql`ts_rank(${searchable(agentRuns)}, ${anyWord})`;
  const ageInMonths = sql`extract(epoch from now() - ${agentRuns.endedAt}) / 2592000`;
  return db
    .select(pastRunColumns)
    .from(agentRuns)
    .where(
      and(
        theirRuns(),
        sql`(${given('channelId')}::text is null or ${agentRuns.channelId} = ${given('channelId')})`,
        sql`${searchable(agentRuns)} @@ ${anyWord}`,
      ),
    )
    .orderBy(desc(sql`${match} / (1 + greatest(0, ${ageInMonths}))`), desc(agentRuns.endedAt))
    .limit(given('limit'));
});
