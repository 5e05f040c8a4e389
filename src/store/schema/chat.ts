import { boolean, index, pgTable, text } from 'drizzle-orm/pg-core';
import type { ChannelId } from '../../../machines/ids.ts';
import { moment } from './columns.ts';

/** The archive of channel messages. */
export const messages = pgTable(
  'messages',
  {
    messageId: text('message_id').primaryKey(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    guildId: text('guild_id'),
    authorId: text('author_id').notNull(),
    authorName: text('author_name').notNull(),
    content: text('content').notNull(),
    replyTo: text('reply_to'),
    sentAt: moment('sent_at').notNull(),
    editedAt: moment('edited_at'),
  },
  (table) => [
    index('messages_channel').on(table.channelId, table.sentAt),
    index('messages_author').on(table.authorId),
  ],
);

/** How far the archive of each channel reaches. */
export const channelStatus = pgTable('channel_status', {
  channelId: text('channel_id').primaryKey(),
  guildId: text('guild_id'),
  oldestMessageId: text('oldest_message_id'),
  newestMessageId: text('newest_message_id'),
  complete: boolean('complete').notNull().default(false),
  syncedAt: moment('synced_at').notNull(),
});
