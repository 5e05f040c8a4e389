import { type Client, type Guild, PermissionFlagsBits } from 'discord.js';
import type { AdmissionRequest } from '../settings/admission.ts';
import type { HeardMessage } from './heard.ts';

/** The place whose settings hold for a message: the channel, or the one that its thread belongs to. */
export function placeOf({ channelId, guildId }: HeardMessage, client: Client | undefined) {
  const channel = client?.channels.cache.get(channelId);
  const parentId = channel?.isThread() === true ? channel.parentId : undefined;
  return { channelId: parentId ?? channelId, ...(guildId === undefined ? {} : { guildId }) };
}

/** Who asks by a message, as far as being admitted goes. */
export function askerOf(message: HeardMessage, client: Client | undefined): AdmissionRequest {
  const { id, guildId, authorId: userId, roleIds = [] } = message;
  const guild = guildId === undefined ? undefined : client?.guilds.cache.get(guildId);
  const isManager = guild !== undefined && mayManage(guild, userId, roleIds);
  const locale = guild?.preferredLocale;
  return {
    ...placeOf(message, client),
    messageId: id,
    userId,
    roleIds,
    isManager,
    ...(locale === undefined ? {} : { locale }),
  };
}

function mayManage(guild: Guild, userId: string, roleIds: readonly string[]): boolean {
  if (guild.ownerId === userId) return true;
  return [guild.id, ...roleIds].some(
    (id) => guild.roles.cache.get(id)?.permissions.has(PermissionFlagsBits.ManageGuild) === true,
  );
}
