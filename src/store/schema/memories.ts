import { isNull } from 'drizzle-orm';
import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import type { UserId } from '../../../machines/ids.ts';
import { moment } from './columns.ts';

/** What a team knows about its user. A memory is superseded, never overwritten. */
export const userMemories = pgTable(
  'user_memories',
  {
    memoryId: uuid('memory_id').primaryKey().defaultRandom(),
    userId: text('user_id').$type<UserId>().notNull(),
    content: text('content').notNull(),
    /** Who says so. */
    origin: text('origin', { enum: ['user', 'team'] }).notNull(),
    sourceRunId: text('source_run_id'),
    createdAt: moment('created_at').notNull(),
    supersededBy: uuid('superseded_by'),
    supersededAt: moment('superseded_at'),
  },
  (table) => [index('user_memories_current').on(table.userId).where(isNull(table.supersededAt))],
);
