import { type SQL, sql } from 'drizzle-orm';
import type { UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import { aboutOf, changeIn, dropOldChanges, type Forget, noteChange } from './changes.ts';
import type { CallOptions, Database, Step } from './database.ts';
import { messages, modelWishes } from './schema/chat.ts';
import { inbox, outbox } from './schema/delivery.ts';
import { discordDrafts, discordLocales, discordThreads } from './schema/discord.ts';
import { runFiles } from './schema/files.ts';
import { forgotten, forgottenMessages, memoryAudit, userMemories } from './schema/memories.ts';
import { agentRuns, agentSessions, runSteps } from './schema/runs.ts';
import { statement } from './statement.ts';

/** Erasure at a user's request. Each method rejects with `StoreError`. */
export interface Forgetting {
  /**
   * Erases, and sees to it that nothing of it is written again: not by a run under way, not by anybody who imports old
   * messages. Cut short, it is finished by `finish`.
   */
  forget(userId: UserId, what: Forget, options?: CallOptions): Promise<void>;
  /** Finishes what a process did not get to; gives back how many requests that were. */
  finish(options?: CallOptions): Promise<number>;
}

export interface ForgettingOptions {
  readonly clock: Clock;
  /** The number of this process. */
  readonly owner: () => number;
}

export function createForgetting(
  database: Database,
  { clock, owner }: ForgettingOptions,
): Forgetting {
  const erase = (userId: UserId, about: string, options?: CallOptions) =>
    database.runTogether(
      [
        ...erasureOf(userId, about),
        // Once more: since the request, others may have read again what was still there.
        noteChange({ userId, what: { kind: 'mind' }, owner: owner() }),
      ],
      options,
    );
  return {
    async forget(userId, what, options) {
      const about = aboutOf(what);
      const request = requestOf({ userId, about, at: clock.now() });
      const note = noteChange({ userId, what, owner: owner() });
      await database.runTogether([...request, note, dropOldChanges], options);
      await erase(userId, about, options);
    },
    async finish(options) {
      const rows = await database.run(unfinished, {}, options);
      for (const { userId, about } of rows) await erase(userId, about, options);
      return rows.length;
    },
  };
}

interface Request {
  readonly userId: UserId;
  readonly about: string;
  readonly at: number;
}

/**
 * Whoever writes looks at this table (alive.ts). The lock is granted when nobody is in the middle of that, and those who
 * come look after it: so each write either ended before the request and is erased with the rest, or sees it and does nothing.
 */
const requestOf = ({ userId, about, at }: Request): readonly Step[] => [
  sql`lock table ${forgotten} in access exclusive mode`,
  sql`insert into ${forgotten} (user_id, about, at)
      values (${userId}, ${about}, to_timestamp(${at}::float8 / 1000))
      on conflict (user_id, about) do update
        set at = greatest(forgotten.at, excluded.at), erased_at = null`,
];

function erasureOf(userId: UserId, about: string): readonly Step[] {
  const done = sql`update ${forgotten} set erased_at = at where user_id = ${userId} and about = ${about}`;
  // Row-level security holds for the owner of the tables, too.
  const asUser = sql`select set_config('app.user_id', ${userId}, true)`;
  const what = changeIn(about);
  if (what.kind === 'channel') {
    const { channelId } = what;
    const said = saidBy(userId, sql`and channel_id = ${channelId}`);
    return [asUser, ...memoriesFrom(userId, channelId), ...said, done];
  }
  if (what.kind === 'memories') return [asUser, ...memoriesOf(userId), done];
  return [asUser, ...memoriesOf(userId), ...saidBy(userId, sql``), ...setBy(userId), done];
}

const memoriesOf = (userId: UserId): readonly Step[] => [
  sql`delete from ${userMemories} where user_id = ${userId}`,
  sql`delete from ${memoryAudit} where user_id = ${userId}`,
  sql`update ${agentRuns} set to_remember = false, recalled = null
      where user_id = ${userId} and (to_remember or recalled is not null)`,
];

const memoriesFrom = (userId: UserId, channelId: string): readonly Step[] => [
  sql`with gone as (
        delete from ${userMemories} where user_id = ${userId} and source_channel_id = ${channelId}
        returning memory_id)
      delete from ${memoryAudit} where user_id = ${userId} and memory_id in (select memory_id from gone)`,
  sql`update ${agentRuns} set recalled = null where user_id = ${userId} and recalled is not null`,
];

const saidBy = (userId: UserId, inChannel: SQL): readonly Step[] => [
  ...answersTo(userId, inChannel),
  sql`delete from ${outbox} where user_id = ${userId} ${inChannel}`,
  sql`delete from ${inbox} where user_id = ${userId} ${inChannel}`,
  sql`with gone as (
        delete from ${agentRuns} where user_id = ${userId} ${inChannel} returning run_id),
      files as (delete from ${runFiles} where run_id in (select run_id from gone)),
      drafts as (delete from ${discordDrafts} where run_id in (select run_id from gone))
      delete from ${runSteps} where run_id in (select run_id from gone)`,
  sql`delete from ${agentSessions} where user_id = ${userId} ${inChannel}`,
  sql`delete from ${messages} where (author_id = ${userId} or private_to = ${userId}) ${inChannel}`,
];

const setBy = (userId: UserId): readonly Step[] => [
  sql`delete from ${modelWishes} where user_id = ${userId}`,
  sql`delete from ${discordThreads} where user_id = ${userId}`,
  sql`delete from ${discordLocales} where user_id = ${userId}`,
];

/** What others said in the archive to the user: answers of the house, and of other bots to their messages. */
function answersTo(userId: UserId, inChannel: SQL): readonly Step[] {
  const theirs = sql`
    select platform || ':' || platform_id from ${outbox}
      where user_id = ${userId} ${inChannel} and platform_id is not null
    union
    select answer.message_id from ${messages} as answer
      where answer.is_bot ${inChannel} and answer.reply_to in (
        select message_id from ${messages} where author_id = ${userId} ${inChannel})`;
  return [
    sql`insert into ${forgottenMessages} (message_id) ${theirs} on conflict do nothing`,
    sql`delete from ${messages} where message_id in (${theirs})`,
  ];
}

const unfinished = statement('forgotten_unfinished', (db) =>
  db
    .select({ userId: forgotten.userId, about: forgotten.about })
    .from(forgotten)
    .where(sql`${forgotten.erasedAt} is null`)
    .limit(1_000),
);
