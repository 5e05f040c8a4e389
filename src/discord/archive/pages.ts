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
import { archivedMessage, ourChannel, ourId, theirId } from './archived-message.ts';

/** Reads pages by REST. Discord answers with an empty page where the history may not be read: so it is looked at before and after. */
export function discordPages(client: () => Client | undefined, rest: ChannelRest): ReadPage {
  return async ({ channelId }, { limit, before, after }, { signal }) => {
    const id = theirId(channelId);
    const isReadable = (): boolean => {
      const channel = client()?.channels.cache.get(id);
      return channel !== undefined && 'guild' in channel && mayWeRead(channel);
    };
    if (!isReadable()) return UNREADABLE;
    const query = {
      limit: String(limit),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
    try {
      const page = await rest.page(id, query, signal);
      if (!isReadable()) return UNREADABLE;
      const guildId = guildOf(client(), id);
      return { kind: 'page', messages: page.map((raw) => archivedMessage(heard(raw), guildId)) };
    } catch (error) {
      return failedPage(error);
    }
  };
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

function guildOf(client: Client | undefined, channelId: string): string {
  const channel = client?.channels.cache.get(channelId);
  return channel !== undefined && 'guild' in channel ? channel.guild.id : '';
}

/** The channels and threads of servers whose history we may read. Direct messages are nobody else's, and not archived. */
export function readableChannels(client: Client): readonly ArchivedChannel[] {
  return [...client.channels.cache.values()].flatMap((channel) =>
    'guild' in channel && channel.isTextBased() && mayWeRead(channel)
      ? [{ channelId: ourChannel(channel.id), guildId: ourId(channel.guild.id) }]
      : [],
  );
}
