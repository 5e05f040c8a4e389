import { bigint, customType, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { RunId, UserId } from '../../../machines/ids.ts';
import { moment } from './columns.ts';

/** Bytes travel as base64 in our statements: the same on every driver. */
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** What runs have made for their askers. The oldest of a user go when there are too many. */
export const runFiles = pgTable(
  'run_files',
  {
    fileId: text('file_id').primaryKey(),
    /** The order of making; the clock may stand still. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    userId: text('user_id').$type<UserId>().notNull(),
    runId: text('run_id').$type<RunId>().notNull(),
    name: text('name').notNull(),
    mime: text('mime').notNull(),
    length: integer('length').notNull(),
    content: bytea('content').notNull(),
    madeAt: moment('made_at').notNull(),
  },
  (table) => [index('run_files_user').on(table.userId, table.seq)],
);

/** Machines elsewhere that a house pays for, until it has ended them. */
export const sandboxes = pgTable('sandboxes', {
  sandboxId: text('sandbox_id').primaryKey(),
  /** Which house made it. */
  house: text('house').notNull(),
  madeAt: moment('made_at').notNull(),
});
