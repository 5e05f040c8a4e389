import { fileURLToPath } from 'node:url';
import { desc, sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { bigint, pgSchema, serial, text } from 'drizzle-orm/pg-core';
import type { Db } from './connection.ts';
import { codeOf, withoutWrapping } from './store-error.ts';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));

/** Drizzle's own books, so that `drizzle-kit migrate` and we agree on what has been applied. */
const applied = pgSchema('drizzle').table('__drizzle_migrations', {
  id: serial('id').primaryKey(),
  hash: text('hash').notNull(),
  createdAt: bigint('created_at', { mode: 'number' }),
});

/**
 * Applies the migrations in drizzle/ that are missing and counts this opening; gives back its number, which is higher
 * than that of every opening before. One cheap query where nothing is missing. Several processes may do it at once.
 */
export async function bringUpToDate(db: Db): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: FOLDER });
  const newest = migrations.at(-1)?.folderMillis ?? 0;
  const known = await countOpening(db);
  if (known !== undefined && known.newest >= newest) return known.generation;
  await apply(db, migrations);
  const opening = await countOpening(db);
  if (opening === undefined) throw new Error('the migrations left no trace in the database');
  return opening.generation;
}

/** Undefined in a database without our tables. */
async function countOpening(db: Db) {
  try {
    const [row] = await db
      .select({
        generation: sql`nextval('store_generations')`.mapWith(Number),
        newest: sql`${applied.createdAt}`.mapWith(Number),
      })
      .from(applied)
      .orderBy(desc(applied.createdAt))
      .limit(1);
    return row;
  } catch (thrown) {
    const error = withoutWrapping(thrown);
    if (codeOf(error) === UNDEFINED_TABLE) return undefined;
    throw error;
  }
}

const UNDEFINED_TABLE = '42P01';

async function apply(db: Db, migrations: readonly MigrationMeta[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('statement_timeout', '60s', true)`);
    await tx.execute(sql`select set_config('lock_timeout', '60s', true)`);
    // Freed at the end of the transaction, behind a pooler, too. The number is ours alone: "troupe" in ASCII.
    await tx.execute(sql`select pg_advisory_xact_lock(128034845061221)`);
    await tx.execute(sql`create schema if not exists drizzle`);
    await tx.execute(
      sql`create table if not exists ${applied} (id serial primary key, hash text not null, created_at bigint)`,
    );
    const [last] = await tx.select().from(applied).orderBy(desc(applied.createdAt)).limit(1);
    for (const { sql: statements, hash, folderMillis } of migrations) {
      if (folderMillis <= Number(last?.createdAt ?? 0)) continue;
      for (const statement of statements) await tx.execute(statement);
      await tx.insert(applied).values({ hash, createdAt: folderMillis });
    }
  });
}
