import {
  type Channel,
  ChannelType,
  type Client,
  type Guild,
  type GuildBasedChannel,
  PermissionFlagsBits,
} from 'discord.js';
import type { ChannelId } from '../../../machines/ids.ts';
import type { Log } from '../../shared/log.ts';
import { messageOf } from '../../shared/thrown.ts';
import { mayReadHistory, type Reader } from '../permissions.ts';
import { ourChannel } from './archived-message.ts';

/** Who asks, and where the answer will stand: Discord's own ids. */
export interface AskedFrom {
  readonly userId: string;
  readonly channelId: string;
}

/**
 * The channels whose messages may be shown in an answer: the asker may read them at this moment, and so may everybody
 * who reads the answer. In direct messages that is the conversation itself, for the one whose it is. None where that
 * cannot be told.
 */
export async function channelsFor(
  client: Client | undefined,
  { userId, channelId }: AskedFrom,
  log: Log,
): Promise<readonly ChannelId[]> {
  const place = await placeAt(client, channelId, log);
  if (place?.type === ChannelType.DM)
    return place.recipientId === userId ? [ourChannel(channelId)] : [];
  if (place === undefined || !('guild' in place)) return [];
  const reader = await readerIn(place.guild, userId, log);
  if (reader === undefined || !mayReadHistory(place, reader)) return [];
  return [...place.guild.channels.cache.values()]
    .filter((channel) => channel.isTextBased() && mayReadHistory(channel, reader))
    .filter((channel) => channel.id === place.id || isOpenToAllOf(channel, place))
    .map(({ id }) => ourChannel(id));
}

/** Channels of servers are known. Of direct messages, and of threads that were put away, Discord is asked. */
async function placeAt(
  client: Client | undefined,
  channelId: string,
  log: Log,
): Promise<Channel | undefined> {
  const known = client?.channels.cache.get(channelId);
  // What a message tells of its direct channel does not say whose it is.
  if (client === undefined || (known !== undefined && known.type !== ChannelType.DM)) return known;
  try {
    return (await client.channels.fetch(channelId, { force: true })) ?? undefined;
  } catch (error) {
    log.info('discord.channel_unknown', { channelId, why: messageOf(error) });
    return undefined;
  }
}

/** Asked anew each time: roles may have been taken away. */
async function readerIn(guild: Guild, userId: string, log: Log): Promise<Reader | undefined> {
  try {
    const member = await guild.members.fetch({ user: userId, force: true });
    return { userId, roleIds: [...member.roles.cache.keys()] };
  } catch (error) {
    log.info('discord.member_unknown', { userId, why: messageOf(error) });
    return undefined;
  }
}

const READING = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/** Whoever reads in `place` reads in `channel`, too: since everybody does, or since the same rules hold. */
function isOpenToAllOf(channel: GuildBasedChannel, place: GuildBasedChannel): boolean {
  const { guild } = channel;
  const rules = rulesOf(channel);
  if (rules === undefined) return false;
  const everybody = mayReadHistory(channel, { userId: '', roleIds: [] });
  const shutsOut = rules.some(({ id, deny }) => id !== guild.id && (deny & READING) !== 0n);
  if (everybody && !shutsOut) return true;
  const others = rulesOf(place);
  return (
    others !== undefined &&
    JSON.stringify(rules.map(written)) === JSON.stringify(others.map(written))
  );
}

interface Rule {
  readonly id: string;
  readonly allow: bigint;
  readonly deny: bigint;
}

/** Of a thread, those of its channel; a private thread has members that no rule tells of. */
function rulesOf(channel: GuildBasedChannel): readonly Rule[] | undefined {
  if (channel.isThread() && channel.type === PRIVATE_THREAD) return undefined;
  const place = channel.isThread() ? channel.parent : channel;
  return place?.permissionOverwrites.cache
    .map(({ id, allow, deny }) => ({ id, allow: allow.bitfield, deny: deny.bitfield }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

const PRIVATE_THREAD = 12;

const written = ({ id, allow, deny }: Rule): string => `${id}:${allow & READING}:${deny & READING}`;
