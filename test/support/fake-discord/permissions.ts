import { PermissionFlagsBits as may } from 'discord.js';
import type { Channel, Guild, User } from './objects.ts';

const IN_PRIVATE = may.ViewChannel | may.SendMessages | may.ReadMessageHistory | may.AttachFiles;
const ALL = Object.values(may).reduce((all, bit) => all | bit, 0n);

/** What everybody may do in a new server. */
export const EVERYBODY =
  may.ViewChannel |
  may.SendMessages |
  may.ReadMessageHistory |
  may.AttachFiles |
  may.CreatePublicThreads |
  may.SendMessagesInThreads |
  may.UseApplicationCommands;

/** What somebody may do in a thread: what they may do in its channel, and to write needs a permission of its own. */
export function permissionsInThread(parent: Channel, user: User, guild: Guild | undefined): bigint {
  const bits = permissionsIn(parent, user, guild) & ~may.SendMessages;
  return (bits & may.SendMessagesInThreads) === 0n ? bits : bits | may.SendMessages;
}

/** What somebody may do in a channel, by Discord's rules. */
export function permissionsIn(channel: Channel, user: User, guild: Guild | undefined): bigint {
  if (guild === undefined)
    return user.bot || channel.recipients?.some(({ id }) => id === user.id) ? IN_PRIVATE : 0n;
  const member = guild.members.get(user.id);
  if (member === undefined) return 0n;
  if (guild.owner_id === user.id) return ALL;
  const roleIds = new Set([guild.id, ...member.roles]);
  const base = guild.roles
    .filter(({ id }) => roleIds.has(id))
    .reduce((bits, { permissions }) => bits | BigInt(permissions), 0n);
  if ((base & may.Administrator) !== 0n) return ALL;
  const overwrites = channel.permission_overwrites ?? [];
  const ofEveryone = overwrites.filter(({ id }) => id === guild.id);
  const ofRoles = overwrites.filter(
    ({ id, type }) => type === 0 && id !== guild.id && roleIds.has(id),
  );
  const ofMember = overwrites.filter(({ id, type }) => type === 1 && id === user.id);
  const granted = [ofEveryone, ofRoles, ofMember].reduce(
    (bits, group) =>
      (bits & ~group.reduce((deny, one) => deny | BigInt(one.deny), 0n)) |
      group.reduce((allow, one) => allow | BigInt(one.allow), 0n),
    base,
  );
  return (granted & may.ViewChannel) === 0n ? 0n : granted;
}
