import type { ArchivedMessage } from '../../../machines/archive/archived.ts';
import { ChannelId, UserId } from '../../../machines/ids.ts';
import { DISCORD } from '../house.ts';
import type { HeardMessage } from '../intake/heard.ts';

/** A channel in the house's own ids. */
export const ourChannel = (id: string): ChannelId => ChannelId(ourId(id));
export const ourId = (id: string): string => `${DISCORD}:${id}`;
/** Discord's own id in one of ours. */
export const theirId = (id: string): string => id.slice(DISCORD.length + 1);

/** Where a message belongs: to a server, by Discord's own id, or to somebody's direct messages. */
export type Belonging = { readonly guildId: string } | { readonly privateTo: UserId };

/** A message as the archive keeps it: what was written, and what embeds say; files by their ids and names only. */
export function archivedMessage(message: HeardMessage, belonging: Belonging): ArchivedMessage {
  const {
    id,
    channelId,
    authorId,
    authorName,
    isMachine,
    text,
    embedded,
    at,
    editedAt,
    repliedTo,
  } = message;
  return {
    id: ourId(id),
    position: id,
    channelId: ourChannel(channelId),
    ...('guildId' in belonging ? { guildId: ourId(belonging.guildId) } : belonging),
    authorId: UserId(ourId(authorId)),
    authorName,
    isBot: isMachine,
    content: [text, ...embedded].filter((line) => line !== '').join('\n'),
    attachments: message.attachments.map(({ id: fileId, name }) => ({ id: fileId, name })),
    ...(repliedTo === undefined ? {} : { replyTo: ourId(repliedTo.id) }),
    sentAt: at,
    ...(editedAt === undefined ? {} : { editedAt }),
  };
}
