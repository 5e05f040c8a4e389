import { type Client, type Guild, PermissionFlagsBits } from 'discord.js';
import type { AdmissionRequest } from '../settings/admission.ts';
import type { HeardMessage } from './heard.ts';

/** The place whose settings hold for a message: the channel, or the one that its thread belongs to. */
export function placeOf(
  { channelId, guildId }: Pick<HeardMessage, 'channelId' | 'guildId'>,
  client: Client | undefined,
) {
  const channel = client?.channels.cache.get(channelId);
  const parentId = channel?.isThread() === true ? channel.parentId : undefined;
  return { channelId: parentId ?? channelId, ...(guildId === undefined ? {} : { guildId }) };
}

/** The same of a channel, as far as we know it. */
export function placeAt(channelId: string, client: Client | undefined) {
  const channel = client?.channels.cache.get(channelId);
  const guildId = channel !== undefined && 'guildId' in channel ? channel.guildId : null;
  return placeOf({ channelId, ...(guildId === null ? {} : { guildId }) }, client);
}

/** The server that a message was written in, as far as we know it. */
export const guildOf = (
  { guildId }: Pick<HeardMessage, 'guildId'>,
  client: Client | undefined,
): Guild | undefined => (guildId === undefined ? undefined : client?.guilds.cache.get(guildId));

/** Who asks by a message, as far as being admitted goes. */
export function askerOf(message: HeardMessage, client: Client | undefined): AdmissionRequest {
  const { id, authorId: userId, roleIds = [] } = message;
  const guild = guildOf(message, client);
  const isManager = guild !== undefined && mayManage(guild, userId, roleIds);
  return {
    ...placeOf(message, client),
    messageId: id,
    userId,
    roleIds,
    isManager,
  };
}

function mayManage(guild: Guild, userId: string, roleIds: readonly string[]): boolean {
  if (guild.ownerId === userId) return true;
  return [guild.id, ...roleIds].some(
    (id) => guild.roles.cache.get(id)?.permissions.has(PermissionFlagsBits.ManageGuild) === true,
  );
}
