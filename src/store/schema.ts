/** Every table of the store. Change it here, then run `npm run db:generate`; the SQL lands in drizzle/. */
import { isNotNull, isNull, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Source } from '../../machines/conversation.ts';
import type { Failure } from '../../machines/failure.ts';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Note, Origin, Question, Refusal } from '../../machines/question.ts';

/** What a search looks at. Bounded, because PostgreSQL refuses to index a text beyond 1 MB. */
export const searchable = (run: { readonly question: AnyPgColumn; readonly answer: AnyPgColumn }) =>
  sql`to_tsvector('english', left(${run.question}, 20000) || ' ' || left(coalesce(${run.answer}, ''), 60000))`;

const moment = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Counts openings of the database, so that a later process outranks an earlier one (see `fence` in runs.ts). */
export const generations = pgSequence('store_generations');

/** What is remembered per user and channel; what was said is in `agent_runs`. */
export const agentSessions = pgTable(
  'agent_sessions',
  {
    userId: text('user_id').$type<UserId>().notNull(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    title: text('title').notNull(),
    summary: text('summary'),
    createdAt: moment('created_at').notNull(),
    touchedAt: moment('touched_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.channelId] }),
    index('agent_sessions_recent').on(table.userId, table.touchedAt),
  ],
);

/** One row per run; a delegation is a run of a member, with the run that ordered it as its parent. */
export const agentRuns = pgTable(
  'agent_runs',
  {
    runId: text('run_id').$type<RunId>().primaryKey(),
    parentRunId: text('parent_run_id'),
    /** The member that worked; null for the leader's own run. */
    member: text('member'),
    userId: text('user_id').$type<UserId>().notNull(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    question: text('question').notNull(),
    /** The asker's display name: data, never authority. */
    asker: text('asker'),
    /** Null while the run is under way, else the kind of its outcome. */
    outcome: text('outcome', { enum: ['answered', 'failed', 'cancelled', 'refused'] }),
    answer: text('answer'),
    model: text('model'),
    notes: jsonb('notes').$type<readonly Note[]>(),
    sources: jsonb('sources').$type<readonly Source[]>(),
    /** The `Failure` or `Refusal` of a run that was not answered. */
    reason: jsonb('reason').$type<Failure | Refusal>(),
    modelCalls: integer('model_calls').notNull().default(0),
    promptTokens: integer('prompt_tokens').notNull().default(0),
    completionTokens: integer('completion_tokens').notNull().default(0),
    cachedTokens: integer('cached_tokens').notNull().default(0),
    costMicroUsd: bigint('cost_micro_usd', { mode: 'number' }).notNull().default(0),
    askedAt: moment('asked_at').notNull(),
    startedAt: moment('started_at').notNull(),
    endedAt: moment('ended_at'),
    /** Which incarnation holds the run; grows whenever another takes it over. */
    fence: bigint('fence', { mode: 'number' }).notNull(),
    machineVersion: integer('machine_version').notNull().default(1),
  },
  (table) => [
    index('agent_runs_conversation')
      .on(table.userId, table.channelId, table.endedAt, table.runId)
      .where(sql`${table.parentRunId} is null and ${table.endedAt} is not null`),
    index('agent_runs_members').on(table.parentRunId).where(isNotNull(table.parentRunId)),
    index('agent_runs_search')
      .using('gin', searchable(table))
      .where(sql`${table.parentRunId} is null and ${table.endedAt} is not null`),
  ],
);

/** The journal: what each step of a run gave, so that a resumed run neither pays nor acts twice. */
export const runSteps = pgTable(
  'run_steps',
  {
    runId: text('run_id').$type<RunId>().notNull(),
    stepKey: text('step_key').notNull(),
    kind: text('kind', { enum: ['model', 'tool', 'intent'] }).notNull(),
    inputHash: text('input_hash').notNull(),
    output: jsonb('output').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.stepKey] })],
);

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
    attempt: integer('attempt').notNull().default(0),
    leaseUntil: moment('lease_until'),
    receivedAt: moment('received_at').notNull(),
  },
  (table) => [
    uniqueIndex('inbox_unfinished').on(table.seq).where(sql`${table.state} <> 'done'`),
    index('inbox_user').on(table.userId),
  ],
);

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

/** What a user has spent on a day (UTC): what budgets start from. */
export const usageDays = pgTable(
  'usage_days',
  {
    userId: text('user_id').$type<UserId>().notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    tokens: bigint('tokens', { mode: 'number' }).notNull().default(0),
    costMicroUsd: bigint('cost_micro_usd', { mode: 'number' }).notNull().default(0),
    runs: integer('runs').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.userId, table.day] })],
);
