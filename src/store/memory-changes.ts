import { type SQL, sql } from 'drizzle-orm';
import { mayBeRemembered } from './alive.ts';
import { noteChange } from './changes.ts';
import type { Db } from './connection.ts';
import { memoryAudit, userMemories } from './schema/memories.ts';
import { agentRuns, usageDays } from './schema/runs.ts';
import { always, given, givenMoment, one, statement } from './statement.ts';

/**
 * Keeps memories with their audit, marks what was read and counts what that cost. A memory needs the run it comes from: it
 * must be the user's own and not forgotten. Gives the ids that were added.
 */
export const applyChanges = statement('memories_apply', (db) => {
  const written = db.$with('written', {}).as(sql`
    select w.*, r.channel_id from jsonb_to_recordset(${given('written')}::jsonb) as w(id uuid, kind text,
      content text, topics jsonb, importance real, audience text, evidence text, hash text, run_id text,
      asked_for boolean, event_at float8, created_at float8, embedding text, embedder text, supersedes uuid)
    join ${agentRuns} as r on r.run_id = w.run_id and r.user_id = ${given('userId')}
      and ${mayBeRemembered(sql`r.asked_at`, sql`r.channel_id`)}`);
  const replaced = db.$with('replaced', {}).as(sql`
    update ${userMemories} as m set superseded_by = w.id, superseded_at = ${givenMoment('at')}
    from written as w
    where m.memory_id = w.supersedes and m.user_id = ${given('userId')} and m.superseded_at is null
    returning m.memory_id, m.content, w.id as by`);
  const added = db.$with('added', { id: sql<string | null>`added_id`.as('added_id') }).as(sql`
    insert into ${userMemories} (memory_id, user_id, kind, content, topics, importance, audience, evidence, hash,
      source_run_id, source_channel_id, asked_for, event_at, created_at, embedding, embedder)
    select w.id, ${given('userId')}, w.kind, w.content, w.topics, w.importance, w.audience, w.evidence, w.hash,
      w.run_id, w.channel_id, w.asked_for, to_timestamp(w.event_at / 1000), to_timestamp(w.created_at / 1000), w.embedding,
      w.embedder
    from written as w
    on conflict do nothing
    returning memory_id as added_id, content, source_run_id`);
  const gone = db.$with('wished', {}).as(sql`
    select d.id, d.run_id from jsonb_to_recordset(${given('deleted')}::jsonb) as d(id uuid, run_id text)`);
  const erased = erasing(db, sql`select id from wished`);
  const givenUp = db.$with('given_up', {}).as(sql`
    update ${userMemories} as m set superseded_by = g.into_id, superseded_at = ${givenMoment('at')}
    from jsonb_to_recordset(${given('givenUp')}::jsonb) as g(id uuid, into_id uuid)
    where m.memory_id = g.id and m.user_id = ${given('userId')} and m.superseded_at is null
      and m.memory_id not in (select supersedes from written where supersedes is not null)
      and m.memory_id not in (select memory_id from doomed)
    returning m.memory_id, m.content, g.into_id`);
  const used = db.$with('used', {}).as(sql`
    update ${userMemories} as m set recalled_at = ${givenMoment('at')}
    where m.user_id = ${given('userId')} and m.superseded_at is null
      and m.memory_id in (select jsonb_array_elements_text(${given('recalled')}::jsonb)::uuid)
      and m.memory_id not in (select supersedes from written where supersedes is not null)
      and m.memory_id not in (select id from jsonb_to_recordset(${given('givenUp')}::jsonb) as g(id uuid))
      and m.memory_id not in (select memory_id from doomed)`);
  return db
    .with(written, replaced, added, gone, ...erased, givenUp, used, ...books(db))
    .select({ id: added.id })
    .from(one)
    .leftJoin(added, always);
});

/** What goes with changes: their audit, what was read, what it cost. */
const books = (db: Db) => [
  db.$with('audited', {}).as(sql`
    insert into ${memoryAudit} (user_id, memory_id, op, before, after, run_id, at)
    select ${given('userId')}, a.id, a.op, a.before, a.after, a.run_id, ${givenMoment('at')} from (
      select added_id as id, 'add' as op, null as before, content as after, source_run_id as run_id from added
      union all
      select p.memory_id, 'supersede', p.content, w.content, w.run_id
        from replaced as p join written as w on w.id = p.by
      union all
      select memory_id, case when into_id is null then 'retire' else 'unite' end, content, null, null from given_up
      union all
      select e.memory_id, 'delete', null, null, wished.run_id from erased as e join wished on wished.id = e.memory_id
    ) as a`),
  db.$with('marked', {}).as(sql`
    update ${agentRuns} set to_remember = false
    where user_id = ${given('userId')} and to_remember
      and run_id in (select jsonb_array_elements_text(${given('read')}::jsonb))`),
  db.$with('spent', {}).as(sql`
    insert into ${usageDays} (user_id, day, tokens, cost_micro_usd, runs)
    select ${given('userId')}, ${given('day')}::date, ${given('tokens')}::int8, ${given('cost')}::int8, 0
    where ${given('tokens')}::int8 > 0
    on conflict (user_id, day) do update set tokens = usage_days.tokens + excluded.tokens,
      cost_micro_usd = usage_days.cost_micro_usd + excluded.cost_micro_usd`),
];

/** Erases the memories that `ids` selects, with all that they had superseded and every text of them in the audit. */
const erasing = (db: Db, ids: SQL) => [
  db.$with('doomed', {}).as(sql`
    with recursive chain as (
      select m.memory_id from ${userMemories} as m
      where m.user_id = ${given('userId')} and m.memory_id in (${ids})
      union
      select m.memory_id from ${userMemories} as m join chain on m.superseded_by = chain.memory_id
      where m.user_id = ${given('userId')})
    select memory_id from chain`),
  db.$with('erased', {}).as(sql`
    delete from ${userMemories} where user_id = ${given('userId')}
      and memory_id in (select memory_id from doomed)
    returning memory_id`),
  db.$with('silenced', {}).as(sql`
    update ${memoryAudit} set before = null, after = null
    where user_id = ${given('userId')} and memory_id in (select memory_id from doomed)`),
];

/** Gives a row for each memory that was erased. */
export const eraseMemory = statement('memory_erase', (db) => {
  const audited = db.$with('audited', { id: sql<string>`memory_id`.as('memory_id') }).as(sql`
    insert into ${memoryAudit} (user_id, memory_id, op, at)
    select ${given('userId')}, memory_id, 'delete', ${givenMoment('at')} from erased
    returning memory_id`);
  const noted = db.$with('noted', {}).as(
    sql`${noteChange({ userId: given('userId'), what: { kind: 'memory' }, owner: given('owner') })}
      where exists (select from erased)`,
  );
  const ids = sql`select ${given('memoryId')}::uuid`;
  return db
    .with(...erasing(db, ids), forgetShown(db), audited, noted)
    .select({ id: audited.id })
    .from(audited);
});

/** Runs under way had been shown it: one that is resumed is not shown it again. */
const forgetShown = (db: Db) =>
  db.$with('unshown', {}).as(sql`
    update ${agentRuns} set recalled = null
    where user_id = ${given('userId')} and recalled is not null and exists (select from erased)`);
