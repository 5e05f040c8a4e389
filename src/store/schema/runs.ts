import { isNotNull, type SQL, sql } from 'drizzle-orm';
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
} from 'drizzle-orm/pg-core';
import type { FileRef, Source } from '../../../machines/conversation.ts';
import type { Failure } from '../../../machines/failure.ts';
import type { ChannelId, RunId, UserId } from '../../../machines/ids.ts';
import type { Note, Refusal } from '../../../machines/question.ts';
import { moment, ownRowsForUsers } from './columns.ts';

/** What a search looks at. Bounded, because PostgreSQL refuses to index a text beyond 1 MB. */
export const searchable = (run: { readonly question: AnyPgColumn; readonly answer: AnyPgColumn }) =>
  sql`to_tsvector('english', left(${run.question}, 20000) || ' ' || left(coalesce(${run.answer}, ''), 60000))`;

/** Whether what was said in a run (given by its alias) is still kept: its row outlives it (retention.ts). */
export const hasBodies = (run: SQL): SQL =>
  sql`(${run}.question <> '' or ${run}.answer is not null)`;

/** Counts openings of the database, so that a later process outranks an earlier one (see `fence` in runs.ts). */
export const generations = pgSequence('store_generations');

/** What is remembered per user and channel; what was said is in `agent_runs`. */
export const agentSessions = pgTable(
  'agent_sessions',
  {
    userId: text('user_id').$type<UserId>().notNull(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    title: text('title').notNull(),
    /** What was said in it before the runs that a new one is shown; written off the reply's path. */
    summary: text('summary'),
    /** The end of the last run that the summary covers. */
    summarisedTo: moment('summarised_to'),
    /** Runs asked before are not shown to later ones: a new conversation was begun. */
    resetAt: moment('reset_at'),
    createdAt: moment('created_at').notNull(),
    touchedAt: moment('touched_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.channelId] }),
    index('agent_sessions_recent').on(table.userId, table.touchedAt),
    ownRowsForUsers('agent_sessions_own'),
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
    /** Who could read along where it was asked. */
    audience: text('audience', { enum: ['asker', 'others'] })
      .notNull()
      .default('asker'),
    /** The memories and the session's summary that the run is shown, while it is under way: a resumed run is shown the same. */
    recalled: text('recalled'),
    summary: text('summary'),
    /** True from its end until it was gone through for memories. */
    toRemember: boolean('to_remember').notNull().default(false),
    /** Null while the run is under way, else the kind of its outcome. */
    outcome: text('outcome', { enum: ['answered', 'failed', 'cancelled', 'refused'] }),
    answer: text('answer'),
    /** What the asker thinks of the answer. */
    verdict: text('verdict', { enum: ['up', 'down'] }),
    model: text('model'),
    notes: jsonb('notes').$type<readonly Note[]>(),
    sources: jsonb('sources').$type<readonly Source[]>(),
    /** What the run has made for its asker; the bytes are in `run_files`. */
    files: jsonb('files').$type<readonly FileRef[]>(),
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
    /** Which version of the leader's prompt it used; null: the one that comes with the house. */
    promptVersion: text('prompt_version'),
  },
  (table) => [
    index('agent_runs_conversation')
      .on(table.userId, table.channelId, table.endedAt, table.runId)
      .where(sql`${table.parentRunId} is null and ${table.endedAt} is not null`),
    index('agent_runs_to_remember').on(table.userId, table.askedAt).where(sql`${table.toRemember}`),
    index('agent_runs_members').on(table.parentRunId).where(isNotNull(table.parentRunId)),
    index('agent_runs_bodies').on(table.endedAt).where(hasBodies(sql`agent_runs`)),
    index('agent_runs_search')
      .using('gin', searchable(table))
      .where(sql`${table.parentRunId} is null and ${table.endedAt} is not null`),
    ownRowsForUsers('agent_runs_own'),
  ],
);

/** The journal: what each step of a run gave, so that a resumed run neither pays nor acts twice. */
export const runSteps = pgTable(
  'run_steps',
  {
    runId: text('run_id').$type<RunId>().notNull(),
    stepKey: text('step_key').notNull(),
    kind: text('kind', { enum: ['model', 'tool', 'intent', 'confirmation', 'prompt'] }).notNull(),
    inputHash: text('input_hash').notNull(),
    output: jsonb('output').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.stepKey] })],
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
