import type { APIMessage, GatewayMessageCreateDispatchData } from 'discord.js';
import { timeOf } from '../snowflake.ts';

/** A message as we understand it, whether the gateway told it or it was read back. */
export interface HeardMessage {
  readonly id: string;
  readonly channelId: string;
  /** Left out: a direct message. */
  readonly guildId?: string;
  readonly authorId: string;
  readonly authorName: string;
  /** Roles in the server; undefined when they were not told. */
  readonly roleIds?: readonly string[];
  /** Written by a bot or a webhook. */
  readonly isMachine: boolean;
  /** False for what Discord itself says: somebody joined, something was pinned. */
  readonly isWritten: boolean;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly editedAt?: number;
  readonly mentions: readonly { readonly id: string; readonly name: string }[];
  readonly repliedTo?: HeardMessage;
  readonly attachments: readonly HeardAttachment[];
  /** Titles and descriptions of what is embedded. */
  readonly embedded: readonly string[];
}

export interface HeardAttachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly url: string;
}

type RawMessage = APIMessage | GatewayMessageCreateDispatchData;

/** A reply and an ordinary message; all other types are Discord's own announcements. */
const WRITTEN_TYPES: ReadonlySet<number> = new Set([0, 19]);

const MAX_NAME_CHARS = 100;

/** Reads a message of Discord's; `guildId` for one that was read back, where it does not stand in it. */
export function heard(raw: RawMessage, guildId?: string): HeardMessage {
  const { author, member } = { member: undefined, ...raw };
  const guild = ('guild_id' in raw ? raw.guild_id : undefined) ?? guildId;
  const name = member?.nick ?? author.global_name ?? author.username;
  return {
    id: raw.id,
    channelId: raw.channel_id,
    ...(guild === undefined ? {} : { guildId: guild }),
    authorId: raw.webhook_id ?? author.id,
    authorName: name.slice(0, MAX_NAME_CHARS).toWellFormed(),
    ...(member?.roles === undefined ? {} : { roleIds: member.roles }),
    isMachine: author.bot === true || raw.webhook_id !== undefined,
    isWritten: WRITTEN_TYPES.has(raw.type),
    text: raw.content,
    at: timeOf(raw.id),
    ...(raw.edited_timestamp === null ? {} : { editedAt: Date.parse(raw.edited_timestamp) }),
    mentions: raw.mentions.map(({ id, username, global_name: shown }) => ({
      id,
      name: shown ?? username,
    })),
    embedded: raw.embeds.flatMap(({ title, description }) =>
      [title, description].filter((text) => text !== undefined),
    ),
    ...(raw.referenced_message ? { repliedTo: heard(raw.referenced_message, guild) } : {}),
    attachments: raw.attachments.map(({ id, filename, content_type, size, url }) => ({
      id,
      name: filename,
      type: content_type ?? '',
      size,
      url,
    })),
  };
}
