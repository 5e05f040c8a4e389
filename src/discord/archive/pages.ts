import {
  type Client,
  DiscordAPIError,
  type GuildBasedChannel,
  PermissionFlagsBits,
} from 'discord.js';
import type { ArchivedChannel } from '../../../machines/archive/archived.ts';
import { heard } from '../intake/heard.ts';
import { type ChannelRest, problemOf } from '../rest.ts';
import type { PageResult, ReadPage } from './archive-ports.ts';
import { archivedMessage, type Belonging, ourChannel, ourId, theirId } from './archived-message.ts';

/**
 * Reads pages by REST. Of a server's channel, Discord answers with an empty page where the history may not be read: so it
 * is looked at before and after.
 */
export function discordPages(client: () => Client | undefined, rest: ChannelRest): ReadPage {
  return async ({ channelId, privateTo }, { limit, before, after }, { signal }) => {
    const id = theirId(channelId);
    const belonging = (): Belonging | undefined =>
      privateTo === undefined ? readableServerOf(client(), id) : { privateTo };
    if (belonging() === undefined) return UNREADABLE;
    const query = {
      limit: String(limit),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
    try {
      const page = await rest.page(id, query, signal);
      const where = belonging();
      if (where === undefined) return UNREADABLE;
      return { kind: 'page', messages: page.map((raw) => archivedMessage(heard(raw), where)) };
    } catch (error) {
      return failedPage(error);
    }
  };
}

/** The server of a channel whose history we may read. */
function readableServerOf(client: Client | undefined, channelId: string): Belonging | undefined {
  const channel = client?.channels.cache.get(channelId);
  if (channel === undefined || !('guild' in channel) || !mayWeRead(channel)) return undefined;
  return { guildId: channel.guild.id };
}

const UNREADABLE: PageResult = {
  kind: 'unreadable',
  why: 'The permissions "View Channel" and "Read Message History" are needed.',
};

function failedPage(error: unknown): PageResult {
  const isForGood = error instanceof DiscordAPIError && [403, 404].includes(error.status);
  if (isForGood) return { kind: 'unreadable', why: `Discord answered ${error.status}.` };
  const { why, ...rest } = problemOf(error);
  const retryAfterMs = 'retryAfterMs' in rest ? rest.retryAfterMs : undefined;
  return { kind: 'failed', why, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

const READING = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

const mayWeRead = (channel: GuildBasedChannel): boolean =>
  channel.permissionsFor(channel.client.user.id)?.has(READING) === true;

/** The channels and threads of servers whose history we may read. */
export function readableChannels(client: Client): readonly ArchivedChannel[] {
  return [...client.channels.cache.values()].flatMap((channel) =>
    'guild' in channel && channel.isTextBased() && mayWeRead(channel)
      ? [{ channelId: ourChannel(channel.id), guildId: ourId(channel.guild.id) }]
      : [],
  );
}
