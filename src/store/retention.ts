import { sql } from 'drizzle-orm';
import type { CallOptions, Database } from './database.ts';
import { inbox, outbox } from './schema/delivery.ts';
import { discordDrafts } from './schema/discord.ts';
import { agentRuns, runSteps } from './schema/runs.ts';
import { given, givenMoment, type Statement, statement } from './statement.ts';

/** What has done its work and is only kept for a while: to tell a duplicate, to look something up. */
export interface Retention {
  /**
   * Deletes what was over before that moment, at most `limit` rows of each kind; gives back how many of them all. Each kind
   * is a statement of its own, short enough to hold nobody up. Rejects with `StoreError`.
   */
  sweep(
    page: { readonly before: number; readonly limit: number },
    options?: CallOptions,
  ): Promise<number>;
}

export function createRetention(database: Database): Retention {
  return {
    async sweep({ before, limit }, options) {
      let deleted = 0;
      for (const one of KINDS) {
        const rows = await database.run(one, { before, limit }, options);
        deleted += rows[0]?.deleted ?? 0;
      }
      return deleted;
    },
  };
}

interface Deleted {
  readonly deleted: number;
}

const deleting = (name: string, rows: ReturnType<typeof sql>): Statement<Deleted> =>
  statement<Deleted>(name, (db) => {
    const gone = db.$with('gone', { n: sql<number>`n`.as('n') }).as(rows);
    return db.with(gone).select({ deleted: sql<number>`count(*)::int` }).from(gone);
  });

const before = givenMoment('before');

/** Whoever keeps something for a while adds it here. */
const KINDS: readonly Statement<Deleted>[] = [
  deleting(
    'retention_inbox',
    sql`delete from ${inbox} where message_id in (
      select i.message_id from ${inbox} i
      where i.state = 'done' and i.received_at < ${before} limit ${given('limit')})
    returning 1 as n`,
  ),
  deleting(
    'retention_outbox',
    sql`delete from ${outbox} where (message_id, part) in (
      select o.message_id, o.part from ${outbox} o
      where o.state <> 'pending' and o.created_at < ${before} limit ${given('limit')})
    returning 1 as n`,
  ),
  deleting(
    'retention_steps',
    sql`delete from ${runSteps} where (run_id, step_key) in (
      select s.run_id, s.step_key from ${runSteps} s join ${agentRuns} r on r.run_id = s.run_id
      where r.ended_at < ${before} limit ${given('limit')})
    returning 1 as n`,
  ),
  // As long as a part of the answer waits, it takes the draft's place.
  deleting(
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
