import { and, eq, sql } from 'drizzle-orm';
import type { RunId } from '../../machines/ids.ts';
import { isAlive } from './alive.ts';
import type { CallOptions, Database } from './database.ts';
import type { Principal } from './principal.ts';
import { runFiles } from './schema/files.ts';
import { agentRuns } from './schema/runs.ts';
import { given, givenMoment, statement } from './statement.ts';

export interface StoredFile {
  readonly name: string;
  readonly mime: string;
  readonly data: Buffer;
}

export interface NewFile extends StoredFile {
  /** Made by whoever keeps it, so that keeping it twice keeps it once. */
  readonly id: string;
  readonly runId: RunId;
  readonly at: number;
}

/** What runs have made for their askers. Each method rejects with `StoreError`. */
export interface RunFiles {
  /**
   * Keeps a file of a run that has begun; of the user's earlier ones, the newest 200 stay. False when there is no such
   * run (any more): it may have been forgotten.
   */
  keep(principal: Principal, file: NewFile, options?: CallOptions): Promise<boolean>;
  /** Undefined for a file that is not this user's, or not there any more. */
  read(principal: Principal, id: string, options?: CallOptions): Promise<StoredFile | undefined>;
}

const MAX_FILES_OF_USER = 200;

export function createRunFiles(database: Database): RunFiles {
  return {
    async keep({ userId }, { id, runId, name, mime, data, at }, options) {
      const length = data.length;
      const content = data.toString('base64');
      const values = { id, userId, runId, name, mime, length, content, at };
      const rows = await database.run(keepFile, { ...values, limit: MAX_FILES_OF_USER }, options);
      return rows.length > 0;
    },
    async read({ userId }, id, options) {
      const [row] = await database.run(readFile, { userId, id }, options);
      if (row === undefined) return undefined;
      return { name: row.name, mime: row.mime, data: Buffer.from(row.content, 'base64') };
    },
  };
}

const keepFile = statement('file_keep', (db) => {
  const kept = db.$with('kept', { id: sql<string>`file_id`.as('file_id') }).as(sql`
    insert into ${runFiles} (file_id, user_id, run_id, name, mime, length, content, made_at)
    select ${given('id')}, user_id, run_id, ${given('name')}, ${given('mime')},
           ${given('length')}::int, decode(${given('content')}, 'base64'), ${givenMoment('at')}
    from ${agentRuns} where run_id = ${given('runId')} and user_id = ${given('userId')}
      and ${isAlive(sql`agent_runs.asked_at`, { channelId: sql`agent_runs.channel_id` })}
    on conflict (file_id) do update set name = excluded.name
    returning file_id`);
  const gone = db.$with('gone', {}).as(sql`
    delete from ${runFiles} where file_id in (
      select file_id from ${runFiles} where user_id = ${given('userId')}
      order by seq desc offset ${given('limit')}::int)`);
  return db.with(kept, gone).select({ id: kept.id }).from(kept);
});

const readFile = statement('file_read', (db) =>
  db
    .select({
      name: runFiles.name,
      mime: runFiles.mime,
      content: sql<string>`encode(${runFiles.content}, 'base64')`,
    })
    .from(runFiles)
    .where(and(eq(runFiles.userId, given('userId')), eq(runFiles.fileId, given('id')))),
);
