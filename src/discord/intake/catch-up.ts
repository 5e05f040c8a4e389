import type { Client, GuildBasedChannel } from 'discord.js';
import { PermissionFlagsBits as may } from 'discord.js';
import type { Log } from '../../shared/log.ts';
import { DISCORD } from '../house.ts';
import { type ChannelRest, isShutOut, problemOf } from '../rest.ts';
import { firstIdAt, isNewer } from '../snowflake.ts';
import { type HeardMessage, heard } from './heard.ts';

/** How far one stream of messages was taken up. */
export interface StreamProgress {
  readonly stream: string;
  readonly position: number;
}

export interface CatchUpOptions {
  readonly client: Client;
  readonly rest: ChannelRest;
  readonly log: Log;
  /** Everything up to then was taken up in every channel. */
  readonly since: number;
  /** Channels of which more was. */
  readonly streams: readonly StreamProgress[];
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Older than that, nobody waits for an answer, nor for a note. */
const LONGEST_ABSENCE_MS = 24 * 60 * 60_000;
/** Channels that are read, those with the newest messages first. */
const MAX_CHANNELS = 200;
/** Direct messages have no list, nor have threads that were put away: those that were taken up last are looked into. */
const MAX_UNLISTED = 50;
const PAGE = 100;
const MAX_PAGES = 10;

/** A channel that may hold what was missed, and from when on. */
export interface Missed {
  readonly channelId: string;
  /** Left out: we do not know the channel (any more). It is one of direct messages, or a thread that was put away. */
  readonly guildId?: string;
  readonly since: number;
}

/** Channels of a shard's servers in which something was said while we were away, by their own word. */
export function missedOn(shard: number, options: CatchUpOptions): readonly Missed[] {
  const from = startOf(options);
  const isMissed = (channel: GuildBasedChannel): boolean =>
    'lastMessageId' in channel &&
    channel.lastMessageId !== null &&
    isNewer(channel.lastMessageId, firstIdAt(from(channel.id))) &&
    canRead(channel);
  return [...options.client.guilds.cache.values()]
    .filter(({ shardId }) => shardId === shard)
    .flatMap((guild) => [...guild.channels.cache.values()])
    .filter(isMissed)
    .slice(0, MAX_CHANNELS)
    .map(({ id, guildId }) => ({ channelId: id, guildId, since: from(id) }));
}

/**
 * Direct messages and threads that were put away, which have to be looked into. To be asked when all servers are known: what
 * belongs to none of them is taken for one of those.
 */
export function missedElsewhere(options: CatchUpOptions): readonly Missed[] {
  const { client, streams } = options;
  const from = startOf(options);
  const known = new Set(client.channels.cache.keys());
  return streams
    .map(({ stream }) => stream.slice(DISCORD.length + 1))
    .filter((id) => /^\d+$/.test(id) && !known.has(id))
    .slice(0, MAX_UNLISTED)
    .map((id) => ({ channelId: id, since: from(id) }));
}

/** From when on a channel is read. */
function startOf({ since, streams, now }: CatchUpOptions): (channelId: string) => number {
  const positions = new Map(streams.map(({ stream, position }) => [stream, position]));
  const earliest = now - LONGEST_ABSENCE_MS;
  return (channelId) => Math.max(since, positions.get(`${DISCORD}:${channelId}`) ?? 0, earliest);
}

function canRead(channel: GuildBasedChannel): boolean {
  const { me } = channel.guild.members;
  if (me === null) return false;
  return channel.permissionsFor(me).has(may.ViewChannel | may.ReadMessageHistory);
}

/** What was missed in a channel, oldest first; `unread` comes last when it could not all be read. */
export async function* readMissed(
  missed: Missed,
  { client, rest, log, signal }: CatchUpOptions,
): AsyncGenerator<HeardMessage | 'unread'> {
  const { channelId } = missed;
  let after = firstIdAt(missed.since);
  try {
    const guildId = missed.guildId ?? (await guildOf(client, channelId));
    if (guildId === 'closed') return;
    for (let pages = 0; pages < MAX_PAGES && !signal.aborted; pages++) {
      const page = await rest.page(channelId, { after, limit: String(PAGE) }, signal);
      const newest = page[0];
      if (newest === undefined) return;
      yield* page.map((raw) => heard(raw, guildId)).reverse();
      if (page.length < PAGE) return;
      after = newest.id;
    }
  } catch (error) {
    log.warn('discord.not_caught_up', { channelId, why: problemOf(error).why });
    yield 'unread';
  }
}

/** The server of a channel that was not listed; undefined for direct messages, `closed` for what we do not see any more. */
async function guildOf(client: Client, channelId: string): Promise<string | undefined> {
  try {
    const channel = await client.channels.fetch(channelId);
    if (channel?.isDMBased() === true) return undefined;
    return channel !== null && 'guildId' in channel ? channel.guildId : 'closed';
  } catch (error) {
    if (!isShutOut(error)) throw error;
    return 'closed';
  }
}
