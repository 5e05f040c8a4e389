import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';
import type { RunId, UserId } from '../../../machines/ids.ts';
import { moment } from './columns.ts';

/** Which message shows the draft of a run's answer, or the earlier answer that it takes the place of. */
export const discordDrafts = pgTable(
  'discord_drafts',
  {
    runId: text('run_id').$type<RunId>().primaryKey(),
    userId: text('user_id').$type<UserId>().notNull(),
    messageId: text('message_id').notNull(),
    isAnswer: boolean('is_answer').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('discord_drafts_user').on(table.userId)],
);

/** Threads that were opened for somebody's conversation: what that person writes there is meant for the team. */
export const discordThreads = pgTable(
  'discord_threads',
  {
    threadId: text('thread_id').primaryKey(),
    userId: text('user_id').$type<UserId>().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('discord_threads_user').on(table.userId)],
);

/** Which language somebody had in Discord when they last used something of ours: their messages do not tell it. */
export const discordLocales = pgTable('discord_locales', {
  userId: text('user_id').$type<UserId>().primaryKey(),
  locale: text('locale').notNull(),
  seenAt: moment('seen_at').notNull(),
});
