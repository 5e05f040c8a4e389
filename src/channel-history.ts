import type { ArchivedMessage } from '../machines/archive/archived.ts';
import type { ChannelId, UserId } from '../machines/ids.ts';
import { DISCORD } from './discord/house.ts';
import type { Archive } from './store/archive.ts';
import { failureOf } from './store/store-error.ts';
import type { HistoryFound, HistoryPort, HistoryRecord, HistoryScope } from './tools/history.ts';

/** Which channels may be quoted in an answer there, at this moment. Never rejects. Ids are the platform's own. */
export type ChannelsFor = (asked: {
  readonly userId: string;
  readonly channelId: string;
}) => Promise<readonly ChannelId[]>;

/**
 * What was said before, for the history tools: for a question from a channel on Discord, the channel's archive, as far as
 * the asker and everybody who reads the answer may read it; else, and where nothing of it may be read, `own`.
 */
export function channelHistory(
  archive: Archive,
  channelsFor: ChannelsFor,
  own: HistoryPort,
): HistoryPort {
  const quotable = quotableFrom(channelsFor);
  return {
    async recent(scope, options) {
      const channels = await quotable(scope, options.signal);
      const { userId, channelId } = scope;
      if (!channels.includes(channelId)) return await own.recent(scope, options);
      return await found({ userId, limit: options.limit, keep: 'latest' }, (limit) =>
        archive.recent({ userId, channels }, { ...options, channelId, limit }),
      );
    },
    async search(scope, options) {
      const channels = await quotable(scope, options.signal);
      const { userId } = scope;
      if (channels.length === 0) return await own.search(scope, options);
      return await found({ userId, limit: options.limit, keep: 'first' }, (limit) =>
        archive.search({ userId, channels }, { ...options, limit }),
      );
    },
  };
}

/**
 * The channels that may be quoted where a question was asked; none for one that did not come from Discord, and none once
 * the signal aborts: the platform's own calls cannot be called back.
 */
export const quotableFrom =
  (channelsFor: ChannelsFor) =>
  async (
    { userId, channelId }: HistoryScope,
    signal: AbortSignal,
  ): Promise<readonly ChannelId[]> => {
    if (!channelId.startsWith(PREFIX) || signal.aborted) return [];
    const left = Promise.withResolvers<readonly ChannelId[]>();
    const leave = (): void => left.resolve([]);
    signal.addEventListener('abort', leave);
    try {
      const asked = channelsFor({ userId: bare(userId), channelId: bare(channelId) });
      return await Promise.race([asked, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };

const PREFIX = `${DISCORD}:`;
const bare = (id: string): string => id.slice(PREFIX.length);

interface Wanted {
  readonly userId: UserId;
  readonly limit: number;
  readonly keep: 'first' | 'latest';
}

/** One more than is wanted tells of more. */
async function found(
  { userId, limit, keep }: Wanted,
  read: (limit: number) => Promise<readonly ArchivedMessage[]>,
): Promise<HistoryFound> {
  try {
    const messages = await read(limit + 1);
    const kept = keep === 'first' ? messages.slice(0, limit) : messages.slice(-limit);
    const records = kept.map((message) => recordOf(message, userId));
    return { kind: 'found', records, more: messages.length > limit };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

function recordOf(message: ArchivedMessage, userId: UserId): HistoryRecord {
  const { id, sentAt: at, authorId, authorName: name, content, attachments } = message;
  const files = attachments.map((file) => `[attached: ${file.name}]`);
  return {
    id,
    at,
    author: authorId === userId ? 'user' : 'other',
    name,
    text: [content, ...files].filter((line) => line !== '').join('\n'),
    link: linkTo(message),
  };
}

const linkTo = ({ id, channelId, guildId }: ArchivedMessage): string =>
  `https://discord.com/channels/${guildId === undefined ? '@me' : bare(guildId)}/${bare(channelId)}/${bare(id)}`;
