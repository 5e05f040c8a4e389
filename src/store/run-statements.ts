import { and, desc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { isAlive } from './alive.ts';
import { lastChange } from './changes.ts';
import type { Db } from './connection.ts';
import { posting } from './parts.ts';
import { inbox } from './schema/delivery.ts';
import { agentRuns, agentSessions, hasBodies, usageDays } from './schema/runs.ts';
import { always, given, givenMoment, one, statement } from './statement.ts';

/**
 * Opens the session, inserts the run or takes it over, and reads what came before: at most `limit` answered questions,
 * newest first. What was recalled is not shown when something of the user was changed since. `begun` is null when the run has ended already or belongs to a newer incarnation: `held…` says which.
 */
export const beginRun = statement('run_begin', (db) => {
  const shown = {
    runId: sql<string>`begun_id`.as('begun_id'),
    recalled: sql<string | null>`begun_recalled`.as('begun_recalled'),
    summary: sql<string | null>`begun_summary`.as('begun_summary'),
  };
  const begun = db.$with('begun', shown).as(sql`
    insert into ${agentRuns}
      (run_id, user_id, channel_id, question, asker, audience, recalled, summary, asked_at, started_at, fence)
    select ${given('runId')}, ${given('userId')}, ${given('channelId')}, ${given('question')},
       ${given('asker')}, ${given('audience')},
       case when ${lastChange} <= ${given('recalledAsOf')}::int8 then ${given('recalled')} end, (
         select s.summary from ${agentSessions} s
         where s.user_id = ${given('userId')} and s.channel_id = ${given('channelId')}),
       ${givenMoment('askedAt')}, ${givenMoment('startedAt')}, ${given('fence')}::int8
    where ${isAlive(givenMoment('askedAt'))} and ${isNobodyElses}
    on conflict (run_id) do update set fence = excluded.fence
      where ${isOurs}
    returning run_id as begun_id, recalled as begun_recalled, summary as begun_summary`);
  const opened = db.$with('opened', {}).as(sql`
    insert into ${agentSessions} (user_id, channel_id, title, created_at, touched_at)
    select ${given('userId')}, ${given('channelId')}, ${given('title')},
           ${givenMoment('startedAt')}, ${givenMoment('startedAt')}
    where ${isAlive(givenMoment('askedAt'))}
    -- One whose every question is past its time has lost its title, too (retention.ts).
    on conflict (user_id, channel_id) do update set title = excluded.title where agent_sessions.title = ''`);
  const held = heldRun(db);
  const past = db.$with('past').as(
    db
      .select({
        question: agentRuns.question,
        answer: agentRuns.answer,
        endedAt: agentRuns.endedAt,
        id: agentRuns.runId,
      })
      .from(agentRuns)
      .where(
        and(
          eq(agentRuns.userId, given('userId')),
          eq(agentRuns.channelId, given('channelId')),
          isNull(agentRuns.parentRunId),
          isNotNull(agentRuns.endedAt),
          eq(agentRuns.outcome, 'answered'),
          hasBodies(sql`agent_runs`),
          ne(agentRuns.runId, given('runId')),
          isOfThisConversation,
        ),
      )
      .orderBy(desc(agentRuns.endedAt), desc(agentRuns.runId))
      .limit(given('limit')),
  );
  return db
    .with(begun, opened, held, past)
    .select({
      begun: begun.runId,
      recalled: begun.recalled,
      summary: begun.summary,
      heldOutcome: held.outcome,
      heldFence: held.fence,
      question: past.question,
      answer: past.answer,
    })
    .from(one)
    .leftJoin(begun, always)
    .leftJoin(held, always)
    .leftJoin(past, always)
    .orderBy(desc(past.endedAt), desc(past.id));
});

/** Asked since the session was last begun anew. */
const isOfThisConversation = sql`agent_runs.asked_at > coalesce((
  select s.reset_at from agent_sessions s
  where s.user_id = ${given('userId')} and s.channel_id = ${given('channelId')}), '-infinity')`;

/**
 * Ends the run, once: outcome, members' runs, session, the day's spending, the inbox row and the parts of the answer in
 * one transaction.
 * `ended` is null, and nothing was changed, when it had ended before or belongs to a newer incarnation.
 */
export const endRun = statement('run_end', (db) => {
  const ended = db.$with('ended', { runId: sql<string>`run_id`.as('run_id') }).as(sql`
    insert into ${agentRuns}
      (run_id, user_id, channel_id, question, asker, audience, to_remember, asked_at, started_at, ended_at,
       fence, outcome, answer, model, notes, sources, files, reason, machine_version, prompt_version,
       model_calls, prompt_tokens, completion_tokens, cached_tokens, cost_micro_usd)
    select ${given('runId')}, ${given('userId')}, ${given('channelId')}, ${given('question')},
       ${given('asker')}, ${given('audience')}, ${given('toRemember')}::boolean, ${givenMoment('askedAt')},
       ${givenMoment('startedAt')}, ${givenMoment('endedAt')}, ${given('fence')}::int8, ${given('outcome')},
       ${given('answer')}, ${given('model')}, ${given('notes')}::jsonb, ${given('sources')}::jsonb, ${given('files')}::jsonb,
       ${given('reason')}::jsonb, ${given('machinesVersion')}::int, ${given('promptVersion')}::text,
       ${given('calls')}::int, ${given('prompt')}::int, ${given('completion')}::int, ${given('cached')}::int,
       ${given('cost')}::int8
    where ${isAlive(givenMoment('askedAt'))} and ${isNobodyElses}
    on conflict (run_id) do update set
      started_at = excluded.started_at, ended_at = excluded.ended_at, fence = excluded.fence,
      outcome = excluded.outcome, answer = excluded.answer, model = excluded.model,
      notes = excluded.notes, sources = excluded.sources, files = excluded.files, reason = excluded.reason,
      machine_version = excluded.machine_version, prompt_version = excluded.prompt_version, model_calls = excluded.model_calls, prompt_tokens = excluded.prompt_tokens,
      completion_tokens = excluded.completion_tokens, cached_tokens = excluded.cached_tokens,
      cost_micro_usd = excluded.cost_micro_usd, to_remember = excluded.to_remember,
      recalled = null, summary = null
      where ${isOurs}
    returning run_id`);
  const held = heldRun(db);
  return db
    .with(ended, held, ...afterwards(db))
    .select({ ended: ended.runId, heldOutcome: held.outcome, heldFence: held.fence })
    .from(one)
    .leftJoin(ended, always)
    .leftJoin(held, always);
});

/**
 * The row in the way may be taken: the same user's, still under way, of this incarnation or an older one; or of another
 * process, which may be the younger one, if its question has been claimed by this one.
 */
const isOurs = sql`agent_runs.user_id = excluded.user_id and agent_runs.outcome is null
  and (agent_runs.fence <= excluded.fence or (agent_runs.fence >> 32 <> excluded.fence >> 32
    and exists (select from ${inbox} i where i.message_id = excluded.run_id and i.owner = ${given('owner')})))`;

/** No other process has claimed the question, and it is of no other user. */
const isNobodyElses = sql`not exists (select from ${inbox} i where i.message_id = ${given('runId')}
  and (i.user_id <> ${given('userId')} or (i.state <> 'done' and i.owner <> ${given('owner')})))`;

/** The run as it was before the statement. */
const heldRun = (db: Db) =>
  db.$with('held').as(
    db
      .select({ outcome: agentRuns.outcome, fence: agentRuns.fence })
      .from(agentRuns)
      .where(and(eq(agentRuns.runId, given('runId')), eq(agentRuns.userId, given('userId')))),
  );

/** What follows from the end of a run. */
const afterwards = (db: Db) => [
  posting(db, 'ended'),
  db.$with('touched', {}).as(sql`
    insert into ${agentSessions} (user_id, channel_id, title, created_at, touched_at)
    select ${given('userId')}, ${given('channelId')}, ${given('title')},
           ${givenMoment('endedAt')}, ${givenMoment('endedAt')} from ended
    on conflict (user_id, channel_id) do update
      set touched_at = greatest(agent_sessions.touched_at, excluded.touched_at)`),
  db.$with('spent', {}).as(sql`
    insert into ${usageDays} (user_id, day, tokens, cost_micro_usd, runs)
    select ${given('userId')}, ${given('day')}::date, ${given('tokens')}::int8, ${given('cost')}::int8, 1
    from ended where ${given('calls')}::int > 0
    on conflict (user_id, day) do update set tokens = usage_days.tokens + excluded.tokens,
      cost_micro_usd = usage_days.cost_micro_usd + excluded.cost_micro_usd,
      runs = usage_days.runs + 1`),
  db.$with('delegated', {}).as(sql`
    insert into ${agentRuns}
      (run_id, parent_run_id, member, user_id, channel_id, question, outcome, asked_at, started_at, ended_at,
       fence, model_calls, prompt_tokens, completion_tokens, cached_tokens, cost_micro_usd)
    select ended.run_id || '/' || d.n, ended.run_id, d.member, ${given('userId')}, ${given('channelId')},
           d.task, case when d.ok then 'answered' else 'failed' end, ${givenMoment('startedAt')},
           ${givenMoment('startedAt')}, ${givenMoment('endedAt')}, ${given('fence')}::int8,
           d.calls, d.prompt, d.completion, d.cached, d.cost
    from ended, jsonb_to_recordset(${given('delegations')}::jsonb) as d(n int, member text, task text,
      ok boolean, calls int, prompt int, completion int, cached int, cost int8)
    on conflict (run_id) do nothing`),
  db.$with('settled', {}).as(sql`
    update ${inbox} set state = 'done', payload = null
    where message_id = ${given('runId')} and user_id = ${given('userId')} and state <> 'done'
      and (exists (select from ended) or exists (select from held where outcome is not null))`),
];
