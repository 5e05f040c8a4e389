import { pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** The last good copy of each prompt that a prompt server has given. */
export const promptCopies = pgTable('prompt_copies', {
  /** Name and tag. */
  prompt: text('prompt').primaryKey(),
  version: text('version').notNull(),
  content: text('content').notNull(),
  fetchedAt: moment('fetched_at').notNull(),
});
