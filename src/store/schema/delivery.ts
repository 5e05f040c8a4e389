import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { ChannelId, UserId } from '../../../machines/ids.ts';
import type { Origin, Question } from '../../../machines/question.ts';
import { moment } from './columns.ts';

/** Every question that was accepted, until it is answered or refused. `payload` is emptied when it is. */
export const inbox = pgTable(
  'inbox',
  {
    messageId: text('message_id').primaryKey(),
    /** The order of acceptance; the clock may stand still. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    userId: text('user_id').$type<UserId>().notNull(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    payload: jsonb('payload').$type<Question>(),
    /** Made anew for each attempt to accept: tells one that is tried again from a duplicate. */
    receipt: text('receipt').notNull(),
    state: text('state', { enum: ['accepted', 'done'] })
      .notNull()
      .default('accepted'),
    /** How often it was begun again because a process died with it. */
    attempt: integer('attempt').notNull().default(0),
    /** The last of these, after which its run had kept no more steps than before. */
    inVain: integer('in_vain').notNull().default(0),
    /** The steps of its run when it was last begun again. */
    keptSteps: integer('kept_steps').notNull().default(0),
    /** The process that last began it again: it takes that try back if it gives the question back alive. */
    countedBy: bigint('counted_by', { mode: 'number' }).notNull().default(0),
    /** The process that answers it: a row of `owners`, or one that is gone. */
    owner: bigint('owner', { mode: 'number' }).notNull().default(0),
    receivedAt: moment('received_at').notNull(),
  },
  (table) => [
    uniqueIndex('inbox_unfinished').on(table.seq).where(sql`${table.state} <> 'done'`),
    index('inbox_user').on(table.userId),
  ],
);

/**
 * Processes that answer questions. One is gone when its lease has run out, or (`locks`) when none of its connections
 * holds the lock of its number any more.
 */
export const owners = pgTable('owners', {
  owner: bigint('owner', { mode: 'number' }).primaryKey(),
  /** On the database's clock: those of two hosts may differ. */
  leaseUntil: moment('lease_until').notNull(),
  locks: boolean('locks').notNull(),
});

/** Parts of answers on their way to their platform. `content` is emptied when they are there. */
export const outbox = pgTable(
  'outbox',
  {
    messageId: text('message_id').notNull(),
    part: integer('part').notNull(),
    /** The order of the ends of runs, and of the parts of an answer. */
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    platform: text('platform').notNull(),
    origin: jsonb('origin').$type<Origin>().notNull(),
    userId: text('user_id').$type<UserId>().notNull(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    content: text('content').notNull(),
    nonce: text('nonce').notNull(),
    state: text('state', { enum: ['pending', 'sent', 'failed'] })
      .notNull()
      .default('pending'),
    platformId: text('platform_id'),
    tries: integer('tries').notNull().default(0),
    notBefore: moment('not_before').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.messageId, table.part] }),
    index('outbox_waiting')
      .on(table.platform, table.channelId, table.seq)
      .where(sql`${table.state} = 'pending'`),
    index('outbox_user').on(table.userId),
  ],
);

/** How far the events of each platform have been taken up. Positions only grow. */
export const gateways = pgTable('gateways', {
  platform: text('platform').primaryKey(),
  position: bigint('position', { mode: 'number' }).notNull(),
  /** The last position whose event was not too old to be answered. */
  inTime: bigint('in_time', { mode: 'number' }).notNull(),
});
