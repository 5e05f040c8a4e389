import { type GuildBasedChannel, PermissionFlagsBits as may } from 'discord.js';

/** Whoever wants to read: by id and by the roles that Discord has just told of. */
export interface Reader {
  readonly userId: string;
  readonly roleIds: readonly string[];
}

const READING = may.ViewChannel | may.ReadMessageHistory;

/** What the bot needs in a channel to do all that it does. */
const NEEDED =
  READING |
  may.SendMessages |
  may.SendMessagesInThreads |
  may.CreatePublicThreads |
  may.AttachFiles;

/** Where somebody who manages a server lets the bot in. */
export const inviteLink = (applicationId: string): string =>
  `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${NEEDED}`;

/** Whether somebody may read what was said in a channel, by its permissions of this moment. False where they are not known. */
export const mayReadHistory = (channel: GuildBasedChannel, reader: Reader): boolean =>
  (permissionsOf(channel, reader) & READING) === READING;

/** What somebody may do in a channel; in a thread, what they may do in the channel that it belongs to. */
function permissionsOf(channel: GuildBasedChannel, { userId, roleIds }: Reader): bigint {
  const { guild } = channel;
  const place = channel.isThread() ? channel.parent : channel;
  if (place === null) return 0n;
  if (guild.ownerId === userId) return may.Administrator | READING;
  const held = new Set([guild.id, ...roleIds]);
  const roles = [...held].flatMap((id) => guild.roles.cache.get(id) ?? []);
  const base = roles.reduce((bits, { permissions }) => bits | permissions.bitfield, 0n);
  if ((base & may.Administrator) !== 0n) return may.Administrator | READING;
  const overwrites = [...place.permissionOverwrites.cache.values()];
  const inOrder = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id }) => id !== guild.id && held.has(id)),
    overwrites.filter(({ id }) => id === userId),
  ];
  return inOrder.reduce((bits, group) => {
    const denied = group.reduce((all, { deny }) => all | deny.bitfield, 0n);
    const allowed = group.reduce((all, { allow }) => all | allow.bitfield, 0n);
    return (bits & ~denied) | allowed;
  }, base);
}
