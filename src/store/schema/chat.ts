import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  date,
  index,
  jsonb,
  pgTable,
  text,
} from 'drizzle-orm/pg-core';
import type { Attachment } from '../../../machines/archive/archived.ts';
import type { ChannelId, UserId } from '../../../machines/ids.ts';
import { moment } from './columns.ts';

/** What a search of the archive looks at. Bounded, because PostgreSQL refuses to index a text beyond 1 MB. */
export const searchableContent = (content: AnyPgColumn) =>
  sql`to_tsvector('english', left(${content}, 20000))`;

/** Whether what a message says is still kept: its row outlives it (retention.ts). */
export const hasContent = sql`(messages.content <> '' or messages.attachments <> '[]'::jsonb)`;

/** The archive of channel messages. Ids are the house's own: the platform's, with its name before them. */
export const messages = pgTable(
  'messages',
  {
    messageId: text('message_id').primaryKey(),
    /** The platform's own number of the message: grows with time. */
    position: bigint('position', { mode: 'bigint' }).notNull(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    guildId: text('guild_id'),
    /** Of a direct message: the only user who may read it, whoever wrote it. */
    privateTo: text('private_to').$type<UserId>(),
    authorId: text('author_id').$type<UserId>().notNull(),
    authorName: text('author_name').notNull(),
    isBot: boolean('is_bot').notNull().default(false),
    content: text('content').notNull(),
    attachments: jsonb('attachments').$type<readonly Attachment[]>().notNull().default([]),
    replyTo: text('reply_to'),
    sentAt: moment('sent_at').notNull(),
    editedAt: moment('edited_at'),
  },
  (table) => [
    index('messages_channel').on(table.channelId, table.position),
    index('messages_bodies').on(table.sentAt).where(hasContent),
    index('messages_author').on(table.authorId),
    index('messages_private').on(table.privateTo),
    index('messages_search').using('gin', searchableContent(table.content)),
  ],
);

/** How far the archive of each channel reaches: between these two positions, it holds all that the platform has. */
export const channelStatus = pgTable(
  'channel_status',
  {
    channelId: text('channel_id').$type<ChannelId>().primaryKey(),
    guildId: text('guild_id'),
    oldest: bigint('oldest', { mode: 'bigint' }),
    newest: bigint('newest', { mode: 'bigint' }),
    /** Nothing is older than `oldest`. */
    complete: boolean('complete').notNull().default(false),
    syncedAt: moment('synced_at').notNull(),
  },
  (table) => [index('channel_status_guild').on(table.guildId)],
);

/** What was set for a server or one of its channels. */
export const placeSettings = pgTable('place_settings', {
  placeId: text('place_id').primaryKey(),
  settings: jsonb('settings').notNull(),
  updatedBy: text('updated_by').$type<UserId>().notNull(),
  updatedAt: moment('updated_at').notNull(),
});

/** Which model somebody wants to be answered by, where it may be used. */
export const modelWishes = pgTable('model_wishes', {
  userId: text('user_id').$type<UserId>().primaryKey(),
  model: text('model').notNull(),
  updatedAt: moment('updated_at').notNull(),
});

/** Questions that were admitted, by day: what quotas count. Rows of past days are dropped. */
export const admissions = pgTable(
  'admissions',
  {
    messageId: text('message_id').primaryKey(),
    userId: text('user_id').$type<UserId>().notNull(),
    guildId: text('guild_id'),
    /** In UTC. */
    day: date('day', { mode: 'string' }).notNull(),
  },
  (table) => [
    index('admissions_user').on(table.userId, table.day),
    index('admissions_guild').on(table.guildId, table.day),
    index('admissions_day').on(table.day),
  ],
);
