import type { APIMessage, GatewayMessageUpdateDispatchData } from 'discord.js';
import type { ArchivedMessage } from '../../../machines/archive/archived.ts';
import { ChannelId, UserId } from '../../../machines/ids.ts';
import { DISCORD } from '../house.ts';
import { heard } from '../intake/heard.ts';

/** A channel in the house's own ids. */
export const ourChannel = (id: string): ChannelId => ChannelId(`${DISCORD}:${id}`);
/** Discord's own id in one of ours. */
export const theirId = (id: string): string => id.slice(DISCORD.length + 1);
export const ourId = (id: string): string => `${DISCORD}:${id}`;

/** A message as the archive keeps it: what was written, and what embeds say; files by their ids and names only. */
export function archivedMessage(
  raw: APIMessage | GatewayMessageUpdateDispatchData,
  guildId: string,
): ArchivedMessage {
  const {
    id,
    channelId,
    authorId,
    authorName,
    isMachine,
    text,
    at,
    editedAt,
    repliedTo,
    attachments,
  } = heard(raw, guildId);
  const embeds = raw.embeds.flatMap(({ title, description }) => [title ?? '', description ?? '']);
  return {
    id: ourId(id),
    position: id,
    channelId: ourChannel(channelId),
    guildId: ourId(guildId),
    authorId: UserId(ourId(authorId)),
    authorName,
    isBot: isMachine,
    content: [text, ...embeds].filter((line) => line !== '').join('\n'),
    attachments: attachments.map(({ id: fileId, name }) => ({ id: fileId, name })),
    ...(repliedTo === undefined ? {} : { replyTo: ourId(repliedTo.id) }),
    sentAt: at,
    ...(editedAt === undefined ? {} : { editedAt }),
  };
}
