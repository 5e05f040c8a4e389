import { type SQL, sql } from 'drizzle-orm';
import type { ChannelId, UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { CallOptions, Database, Step } from './database.ts';
import { messages, modelWishes } from './schema/chat.ts';
import { inbox, outbox } from './schema/delivery.ts';
import { discordDrafts, discordThreads } from './schema/discord.ts';
import { runFiles } from './schema/files.ts';
import { forgotten, forgottenMessages, memoryAudit, userMemories } from './schema/memories.ts';
import { agentRuns, agentSessions, runSteps } from './schema/runs.ts';
import { statement } from './statement.ts';

/** What shall be forgotten of a user. */
export type Forget =
  /** What was learnt about the person: every memory. What was said stays. */
  | { readonly kind: 'memories' }
  /** All that was said in one channel and learnt there. */
  | { readonly kind: 'channel'; readonly channelId: ChannelId }
  /** All of it. What stays is how much was spent on which day, and that it was forgotten. */
  | { readonly kind: 'everything' };

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

export function createForgetting(database: Database, clock: Clock): Forgetting {
  const erase = (userId: UserId, about: string, options?: CallOptions) =>
    database.runTogether(erasureOf(userId, about), options);
  return {
    async forget(userId, what, options) {
      const about = aboutOf(what);
      await database.runTogether(requestOf({ userId, about, at: clock.now() }), options);
      await erase(userId, about, options);
    },
    async finish(options) {
      const rows = await database.run(unfinished, {}, options);
      for (const { userId, about } of rows) await erase(userId, about, options);
      return rows.length;
    },
  };
}

const CHANNEL = 'channel:';

const aboutOf = (what: Forget): string =>
  what.kind === 'channel' ? `${CHANNEL}${what.channelId}` : what.kind;

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
  if (about === 'memories') return [asUser, ...memoriesOf(userId), done];
  if (about === 'everything') {
    return [asUser, ...memoriesOf(userId), ...saidBy(userId, sql``), ...setBy(userId), done];
  }
  const channelId = about.slice(CHANNEL.length);
  return [
    asUser,
    ...memoriesFrom(userId, channelId),
    ...saidBy(userId, sql`and channel_id = ${channelId}`),
    done,
  ];
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
