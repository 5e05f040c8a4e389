import { isNull, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  jsonb,
  pgPolicy,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { ChannelId, RunId, UserId } from '../../../machines/ids.ts';
import { MEMORY_KINDS } from '../../../machines/memory/memories.ts';
import { moment } from './columns.ts';

/** The second fence round what is known of a user: statements see the rows of the one they were sent for (`runAs`). */
const ownRowsOnly = (name: string) =>
  pgPolicy(name, {
    for: 'all',
    using: sql`user_id = current_setting('app.user_id', true)`,
    withCheck: sql`user_id = current_setting('app.user_id', true)`,
  });

/** What a team knows about its user. A memory is superseded, never overwritten. */
export const userMemories = pgTable(
  'user_memories',
  {
    memoryId: uuid('memory_id').primaryKey(),
    userId: text('user_id').$type<UserId>().notNull(),
    kind: text('kind', { enum: MEMORY_KINDS }).notNull(),
    content: text('content').notNull(),
    topics: jsonb('topics').$type<readonly string[]>().notNull(),
    importance: real('importance').notNull(),
    /** Who could read along where it was said. */
    audience: text('audience', { enum: ['asker', 'others'] }).notNull(),
    /** The user's own words that it rests on. */
    evidence: text('evidence').notNull(),
    hash: text('hash').notNull(),
    sourceRunId: text('source_run_id').$type<RunId>().notNull(),
    sourceChannelId: text('source_channel_id').$type<ChannelId>().notNull(),
    /** The user asked for it to be remembered: it is never given up to make room. */
    askedFor: boolean('asked_for').notNull().default(false),
    eventAt: moment('event_at'),
    /** When it last had something to do with what was asked. */
    recalledAt: moment('recalled_at'),
    createdAt: moment('created_at').notNull(),
    supersededBy: uuid('superseded_by'),
    supersededAt: moment('superseded_at'),
    /** 32-bit floats, base64; with the name of the embedder that made them. */
    embedding: text('embedding'),
    embedder: text('embedder'),
  },
  (table) => [
    index('user_memories_user').on(table.userId, table.createdAt),
    uniqueIndex('user_memories_current')
      .on(table.userId, table.hash)
      .where(isNull(table.supersededAt)),
    ownRowsOnly('user_memories_own'),
  ],
);

/** Every change of a memory. Texts are emptied when the memory is deleted: that it was there stays known. */
export const memoryAudit = pgTable(
  'memory_audit',
  {
    seq: bigint('seq', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id').$type<UserId>().notNull(),
    memoryId: uuid('memory_id').notNull(),
    op: text('op', { enum: ['add', 'supersede', 'unite', 'retire', 'delete'] }).notNull(),
    before: text('before'),
    after: text('after'),
    runId: text('run_id').$type<RunId>(),
    at: moment('at').notNull(),
  },
  (table) => [
    index('memory_audit_memory').on(table.userId, table.memoryId),
    ownRowsOnly('memory_audit_own'),
  ],
);

/** How a user wants to be remembered; no row: as the defaults say. */
export const memorySettings = pgTable(
  'memory_settings',
  {
    userId: text('user_id').$type<UserId>().primaryKey(),
    enabled: boolean('enabled').notNull(),
    directEverywhere: boolean('direct_everywhere').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  () => [ownRowsOnly('memory_settings_own')],
);

/**
 * What users have asked to be forgotten, up to when: whatever was said before `at` is not written any more, by nobody.
 * `about`: `everything`, `memories`, or `channel:` and its id.
 */
export const forgotten = pgTable(
  'forgotten',
  {
    userId: text('user_id').$type<UserId>().notNull(),
    about: text('about').notNull(),
    at: moment('at').notNull(),
    /** Set when the rows are gone; an erasure that was cut short is finished at the next opening. */
    erasedAt: moment('erased_at'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.about] }),
    index('forgotten_unerased').on(table.at).where(isNull(table.erasedAt)),
  ],
);

/**
 * What was erased or set of users, and by which process: others that have something of them in mind find it here. `about`: as
 * in `forgotten`; or `memory`, one of them; or `mind`, whatever is known. Kept for some days.
 */
export const userChanges = pgTable(
  'user_changes',
  {
    seq: bigint('seq', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    userId: text('user_id').$type<UserId>().notNull(),
    about: text('about').notNull(),
    owner: bigint('owner', { mode: 'number' }).notNull(),
    /** On the clock of the database, which all processes share. */
    at: moment('at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    index('user_changes_user').on(table.userId, table.seq),
    index('user_changes_at').on(table.at),
  ],
);

/** Messages of others that are about somebody who is forgotten, such as answers to them: they are not archived again. */
export const forgottenMessages = pgTable('forgotten_messages', {
  messageId: text('message_id').primaryKey(),
});
