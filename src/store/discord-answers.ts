import { and, eq, sql } from 'drizzle-orm';
import type { Failure } from '../../machines/failure.ts';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { cleanJson } from './clean-text.ts';
import type { Database } from './database.ts';
import type { Principal } from './principal.ts';
import { inbox, outbox } from './schema/delivery.ts';
import { agentRuns } from './schema/runs.ts';
import { given, statement } from './statement.ts';
import { failureOf } from './store-error.ts';

/** A run that answers, or has answered, a message. */
export interface StandingAnswer {
  readonly runId: string;
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly isOver: boolean;
  /** False while parts of it are on their way. */
  readonly isSaid: boolean;
  /** The messages that it stands in, first to last. */
  readonly messageIds: readonly string[];
  /** What was asked; left out while the run is under way, and when it is not kept any more. */
  readonly question?: string;
  /** What the asker thinks of it. */
  readonly verdict?: 'up' | 'down';
}

export type StandingAnswers =
  | { readonly kind: 'read'; readonly answers: readonly StandingAnswer[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What became of the runs of messages. Never rejects on what a database can do. */
export interface DiscordAnswers {
  /** Those of these runs that were accepted, in order of acceptance. */
  of(runIds: readonly RunId[]): Promise<StandingAnswers>;
  /** Keeps what the asker thinks of an answer; `missing` when it is not theirs. */
  rate(
    principal: Principal,
    rating: { readonly runId: string; readonly verdict: 'up' | 'down' },
  ): Promise<'rated' | 'missing' | Failure>;
}

export function createDiscordAnswers(database: Database): DiscordAnswers {
  return {
    async of(runIds) {
      try {
        const rows = await database.run(standingAnswers, { runIds: cleanJson(runIds) });
        return {
          kind: 'read',
          answers: rows.map(({ question, messageIds, verdict, ...row }) => ({
            ...row,
            messageIds: messageIds ?? [],
            ...(question === null ? {} : { question }),
            ...(verdict === null ? {} : { verdict }),
          })),
        };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
    async rate({ userId }, { runId, verdict }) {
      try {
        const rows = await database.run(rateRun, { userId, runId, verdict });
        return rows.length === 0 ? 'missing' : 'rated';
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
  };
}

const standingAnswers = statement('discord_answers', (db) =>
  db
    .select({
      runId: inbox.messageId,
      userId: inbox.userId,
      channelId: inbox.channelId,
      isOver: sql<boolean>`${inbox.state} = 'done'`,
      isSaid: sql<boolean>`not exists (
        select from ${outbox} where ${outbox.messageId} = ${inbox.messageId} and ${outbox.state} = 'pending')`,
      messageIds: sql<readonly string[] | null>`(
        select json_agg(${outbox.platformId} order by ${outbox.part}) from ${outbox}
        where ${outbox.messageId} = ${inbox.messageId} and ${outbox.platformId} is not null)`,
      // Emptied when it is past its time (retention.ts).
      question: sql<string | null>`nullif(${agentRuns.question}, '')`,
      verdict: agentRuns.verdict,
    })
    .from(inbox)
    .leftJoin(agentRuns, eq(agentRuns.runId, inbox.messageId))
    .where(sql`${inbox.messageId} in (select jsonb_array_elements_text(${given('runIds')}::jsonb))`)
    .orderBy(inbox.seq),
);

const rateRun = statement('discord_rate', (db) =>
  db
    .update(agentRuns)
    .set({ verdict: sql`${given('verdict')}` })
    .where(and(eq(agentRuns.runId, given('runId')), eq(agentRuns.userId, given('userId'))))
    .returning({ runId: agentRuns.runId }),
);
