import { sql } from 'drizzle-orm';
import { tokensOf } from '../../machines/conversation.ts';
import type { ChannelId, RunId } from '../../machines/ids.ts';
import type { OutgrownSession, SessionSummary } from '../../machines/memory/summaries.ts';
import { isAlive } from './alive.ts';
import type { CallOptions, Database } from './database.ts';
import type { Principal } from './principal.ts';
import { agentRuns, agentSessions, hasBodies, usageDays } from './schema/runs.ts';
import { dayOf } from './spend.ts';
import { given, givenMoment, statement } from './statement.ts';

/** Sessions in short. Each method rejects with `StoreError`. */
export interface Summaries {
  /** The session of the principal that has outgrown its summary most, if any has by far. */
  outgrown(principal: Principal, options?: CallOptions): Promise<OutgrownSession | undefined>;
  /** Keeps a summary, unless what it is made of is not there any more: forgotten, past its time, or summed up by another. */
  summarised(principal: Principal, summary: SessionSummary, options?: CallOptions): Promise<void>;
}

/** So many runs beyond what a new one is shown are worth a model call; and so many go into one. */
const WORTH = 5;
const AT_ONCE = 20;

export function createSummaries(database: Database, historyRuns: number): Summaries {
  return {
    async outgrown({ userId }, options) {
      const values = { userId, shown: historyRuns, worth: WORTH, limit: AT_ONCE };
      const rows = await database.run(outgrownRuns, values, options);
      const [first] = rows;
      if (first === undefined) return undefined;
      return {
        channelId: first.channelId,
        summary: first.summary ?? undefined,
        runs: rows.map(({ runId, question, answer, endedAt }) => ({
          runId,
          question,
          answer,
          endedAt,
        })),
      };
    },
    async summarised({ userId }, { of, summary, usage }, options) {
      const { channelId, summary: before = null, runs } = of;
      const [first, last] = [runs.at(0), runs.at(-1)];
      if (first === undefined || last === undefined) return;
      const summarisedTo = last.endedAt;
      const values = {
        userId,
        channelId,
        summary,
        before,
        firstRunId: first.runId,
        summarisedTo,
        day: dayOf(summarisedTo),
        tokens: tokensOf(usage),
        cost: usage.costMicroUsd,
      };
      await database.run(keepSummary, values, options);
    },
  };
}

const outgrownRuns = statement('sessions_outgrown', (db) => {
  const old = db
    .$with('old', {
      runId: sql<RunId>`run_id`.as('run_id'),
      channelId: sql<ChannelId>`channel_id`.as('channel_id'),
      question: sql<string>`question`.as('question'),
      answer: sql<string>`answer`.as('answer'),
      endedAt: sql`ended_ms`.mapWith(Number).as('ended_ms'),
      summary: sql<string | null>`summary`.as('summary'),
    })
    .as(sql`
    with placed as (
      select r.run_id, r.channel_id, r.question, r.answer, r.ended_at, s.summary, s.summarised_to,
             row_number() over (partition by r.channel_id order by r.ended_at desc, r.run_id desc) as place
      from ${agentRuns} as r join ${agentSessions} as s using (user_id, channel_id)
      where r.user_id = ${given('userId')} and r.parent_run_id is null and r.outcome = 'answered'
        and r.ended_at is not null and ${hasBodies(sql`r`)}
    ), uncovered as (
      select * from placed
      where place > ${given('shown')}::int and (summarised_to is null or ended_at > summarised_to)
    ), most as (
      select channel_id from uncovered group by channel_id having count(*) >= ${given('worth')}::int
      order by count(*) desc, channel_id limit 1
    )
    select run_id, channel_id, question, coalesce(answer, '') as answer, summary,
           extract(epoch from ended_at) * 1000 as ended_ms
    from uncovered where channel_id in (select channel_id from most)
    order by ended_at, run_id limit ${given('limit')}::int`);
  return db.with(old).select().from(old);
});

const keepSummary = statement('session_summarise', (db) => {
  const kept = db.$with('kept', { channelId: sql<string>`channel_id`.as('channel_id') }).as(sql`
    update ${agentSessions} set summary = ${given('summary')}, summarised_to = ${givenMoment('summarisedTo')}
    where user_id = ${given('userId')} and channel_id = ${given('channelId')}
      and summary is not distinct from ${given('before')}::text
      and (summarised_to is null or summarised_to < ${givenMoment('summarisedTo')})
      and exists (select from ${agentRuns} as r where r.run_id = ${given('firstRunId')} and ${hasBodies(sql`r`)})
      and ${isAlive(givenMoment('summarisedTo'))}
    returning channel_id`);
  const spent = db.$with('spent', {}).as(sql`
    insert into ${usageDays} (user_id, day, tokens, cost_micro_usd, runs)
    select ${given('userId')}, ${given('day')}::date, ${given('tokens')}::int8, ${given('cost')}::int8, 0
    from kept where ${given('tokens')}::int8 > 0
    on conflict (user_id, day) do update set tokens = usage_days.tokens + excluded.tokens,
      cost_micro_usd = usage_days.cost_micro_usd + excluded.cost_micro_usd`);
  return db.with(kept, spent).select({ channelId: kept.channelId }).from(kept);
});
