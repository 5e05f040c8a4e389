import type {
  ArchivedChannel,
  ArchivedMessage,
  Reach,
  Stretch,
} from '../../machines/archive/archived.ts';
import type { ChannelId, UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import {
  dropMessages,
  dropMissing,
  keepMessages,
  keepReach,
  lastOfChannel,
  messagesAbout,
  reachOfChannel,
} from './archive-statements.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';

/** Who asks, and which channels may be shown to everybody who will read the answer. Direct messages of others are never. */
export interface ArchiveAudience {
  readonly userId: UserId;
  readonly channels: readonly ChannelId[];
}

interface Page extends CallOptions {
  readonly limit: number;
}

/**
 * What was said in channels. Nothing is kept of authors who have asked that it be forgotten. Each method rejects with
 * `StoreError`.
 */
export interface Archive {
  /** Keeps messages, or what has become of them; one that was edited later stays as it is. Gives back how many are new or changed. */
  keep(messages: readonly ArchivedMessage[], options?: CallOptions): Promise<number>;
  drop(channelId: ChannelId, ids: readonly string[], options?: CallOptions): Promise<number>;
  /** Drops what is not in a stretch any more. */
  compare(stretch: Stretch, options?: CallOptions): Promise<number>;
  reach(channelId: ChannelId, options?: CallOptions): Promise<Reach | undefined>;
  reached(channel: ArchivedChannel, reach: Reach, options?: CallOptions): Promise<void>;
  /** The last messages of a channel of the audience, oldest first; with `before`, of those older than that one. */
  recent(
    audience: ArchiveAudience,
    page: Page & { readonly channelId: ChannelId; readonly before?: string },
  ): Promise<readonly ArchivedMessage[]>;
  /** Messages in the channels of the audience that have words of the query: best match first, newer before older. */
  search(
    audience: ArchiveAudience,
    page: Page & { readonly query: string },
  ): Promise<readonly ArchivedMessage[]>;
}

export function createArchive(database: Database, clock: Clock): Archive {
  return {
    async keep(kept, options) {
      if (kept.length === 0) return 0;
      const rows = await database.run(keepMessages, { messages: rowsOf(kept) }, options);
      return rows.length;
    },
    async drop(channelId, ids, options) {
      if (ids.length === 0) return 0;
      const values = { channelId, ids: cleanJson(ids) };
      return (await database.run(dropMessages, values, options)).length;
    },
    async compare({ ids, ...stretch }, options) {
      const values = { ...stretch, ids: cleanJson(ids) };
      return (await database.run(dropMissing, values, options)).length;
    },
    async reach(channelId, options) {
      const [row] = await database.run(reachOfChannel, { channelId }, options);
      if (row?.oldest == null || row.newest === null) return undefined;
      return { oldest: row.oldest, newest: row.newest, complete: row.complete };
    },
    async reached({ channelId, guildId = null }, reach, options) {
      const values = { channelId, guildId, ...reach, at: clock.now() };
      await database.run(keepReach, values, options);
    },
    async recent({ userId, channels }, { channelId, limit, before, ...options }) {
      if (!channels.includes(channelId)) return [];
      const values = { userId, channelId, limit, before: before ?? null };
      const newestFirst = await database.run(lastOfChannel, values, options);
      return newestFirst.map(toMessage).reverse();
    },
    async search({ userId, channels }, { query, limit, ...options }) {
      const values = { userId, channels: cleanJson(channels), query: query.slice(0, 1_000), limit };
      return (await database.run(messagesAbout, values, options)).map(toMessage);
    },
  };
}

const rowsOf = (kept: readonly ArchivedMessage[]): string =>
  // The last word on a message counts; PostgreSQL would refuse two of them in one statement.
  cleanJson([...new Map(kept.map((message) => [message.id, message])).values()]);

interface MessageRow
  extends Omit<ArchivedMessage, 'guildId' | 'privateTo' | 'replyTo' | 'sentAt' | 'editedAt'> {
  readonly guildId: string | null;
  readonly privateTo: UserId | null;
  readonly replyTo: string | null;
  readonly sentAt: Date;
  readonly editedAt: Date | null;
}

function toMessage({
  guildId,
  privateTo,
  replyTo,
  sentAt,
  editedAt,
  ...row
}: MessageRow): ArchivedMessage {
  return {
    ...row,
    sentAt: sentAt.getTime(),
    ...(guildId === null ? {} : { guildId }),
    ...(privateTo === null ? {} : { privateTo }),
    ...(replyTo === null ? {} : { replyTo }),
    ...(editedAt === null ? {} : { editedAt: editedAt.getTime() }),
  };
}
