import { type SQL, sql } from 'drizzle-orm';
import type { WithSubquery } from 'drizzle-orm/subquery';
import type { Db } from './connection.ts';
import type { CallOptions, Database } from './database.ts';
import { hasContent, messages } from './schema/chat.ts';
import { inbox, outbox } from './schema/delivery.ts';
import { discordDrafts } from './schema/discord.ts';
import { runFiles } from './schema/files.ts';
import { agentRuns, agentSessions, hasBodies, runSteps } from './schema/runs.ts';
import { given, givenMoment, type Statement, statement } from './statement.ts';

/** What has done its work and is only kept for a while: to tell a duplicate, to look something up. */
export interface Retention {
  /**
   * Deletes what was over before that moment, at most `limit` rows of each kind; gives back how many of them all. Each kind
   * is a statement of its own, short enough to hold nobody up. Rejects with `StoreError`.
   */
  sweep(page: SweptPage, options?: CallOptions): Promise<number>;
  /**
   * Empties what was said and answered before that moment, in runs, their journals and files, sessions' titles and summaries,
   * and the archive of channels, at most `limit` rows of each kind; gives back how many of them all. The rows keep their ids,
   * times and figures; memories stay. Rejects with `StoreError`.
   */
  sweepBodies(page: SweptPage, options?: CallOptions): Promise<number>;
}

export interface SweptPage {
  /** In milliseconds since 1970. */
  readonly before: number;
  readonly limit: number;
}

export function createRetention(database: Database): Retention {
  const sweeping =
    (kinds: readonly Statement<Swept>[]): Retention['sweep'] =>
    async ({ before, limit }, options) => {
      let swept = 0;
      for (const one of kinds) {
        const rows = await database.run(one, { before, limit }, options);
        swept += rows[0]?.swept ?? 0;
      }
      return swept;
    };
  return { sweep: sweeping(OVER), sweepBodies: sweeping(BODIES) };
}

interface Swept {
  readonly swept: number;
}

/** A statement that gives a row for each that it has swept. `around`: what is done along with that, by name. */
const sweepingRows = (name: string, rows: SQL, around: Around = () => []): Statement<Swept> =>
  statement<Swept>(name, (db) => {
    const gone = db.$with('gone', { n: sql<number>`n`.as('n') }).as(rows);
    return db
      .with(...around(db), gone)
      .select({ swept: sql<number>`count(*)::int` })
      .from(gone);
  });

type Around = (db: Db) => readonly WithSubquery[];

const before = givenMoment('before');

/** Whoever keeps something for a while adds it here. */
const OVER: readonly Statement<Swept>[] = [
  sweepingRows(
    'retention_inbox',
    sql`delete from ${inbox} where message_id in (
      select i.message_id from ${inbox} i
      where i.state = 'done' and i.received_at < ${before} limit ${given('limit')})
    returning 1 as n`,
  ),
  sweepingRows(
    'retention_outbox',
    sql`delete from ${outbox} where (message_id, part) in (
      select o.message_id, o.part from ${outbox} o
      where o.state <> 'pending' and o.created_at < ${before} limit ${given('limit')})
    returning 1 as n`,
  ),
  sweepingRows(
    'retention_steps',
    sql`delete from ${runSteps} where (run_id, step_key) in (
      select s.run_id, s.step_key from ${runSteps} s join ${agentRuns} r on r.run_id = s.run_id
      where r.ended_at < ${before} limit ${given('limit')})
    returning 1 as n`,
  ),
  // As long as a part of the answer waits, it takes the draft's place.
  sweepingRows(
    'retention_drafts',
    sql`delete from ${discordDrafts} where run_id in (
      select d.run_id from ${discordDrafts} d
      where d.created_at < ${before}
        and not exists (select from ${inbox} i where i.message_id = d.run_id and i.state <> 'done')
        and not exists (select from ${outbox} o where o.message_id = d.run_id and o.state = 'pending')
      limit ${given('limit')})
    returning 1 as n`,
  ),
];

/** What goes with the bodies of runs. A summary is made anew of what is left; a title is the first question that is left. */
const runsAround: Around = (db) => [
  // The oldest go first, so that a summary's first run is among the first that are emptied (summaries.ts).
  db.$with('doomed', {}).as(sql`
    select r.run_id, r.user_id, r.channel_id from ${agentRuns} r
    where r.ended_at < ${before} and ${hasBodies(sql`r`)}
    order by r.ended_at limit ${given('limit')} for update skip locked`),
  db.$with('steps', {}).as(sql`
    delete from ${runSteps} where run_id in (select run_id from doomed)`),
  db.$with('files', {}).as(sql`
    delete from ${runFiles} where run_id in (select run_id from doomed)`),
  db.$with('sessions', {}).as(sql`
    update ${agentSessions} as s set summary = null, summarised_to = s.reset_at, title = coalesce((
      select btrim(regexp_replace(left(r.question, 80), '[[:space:]]+', ' ', 'g')) from ${agentRuns} r
      where r.user_id = s.user_id and r.channel_id = s.channel_id and r.parent_run_id is null
        and r.question <> '' and r.run_id not in (select run_id from doomed)
      order by r.asked_at, r.run_id limit 1), '')
    where (s.user_id, s.channel_id) in (select user_id, channel_id from doomed)`),
];

/** Whoever keeps something that was said adds it here. */
const BODIES: readonly Statement<Swept>[] = [
  sweepingRows(
    'retention_bodies_runs',
    sql`update ${agentRuns} as emptied set question = '', answer = null, asker = null, notes = null, sources = null,
        files = null, recalled = null, summary = null, to_remember = false
      from doomed where emptied.run_id = doomed.run_id
      returning 1 as n`,
    runsAround,
  ),
  sweepingRows(
    'retention_bodies_messages',
    sql`update ${messages} as emptied set content = '', attachments = '[]', author_name = ''
      where emptied.message_id in (
        select message_id from ${messages} where sent_at < ${before} and ${hasContent}
        order by sent_at limit ${given('limit')})
      returning 1 as n`,
  ),
  sweepingRows(
    'retention_bodies_outbox',
    sql`update ${outbox} as emptied set content = '' where (message_id, part) in (
      select o.message_id, o.part from ${outbox} o
      where o.state <> 'pending' and o.content <> '' and o.created_at < ${before} limit ${given('limit')})
    returning 1 as n`,
  ),
];
