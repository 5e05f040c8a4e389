import type { World } from './world.ts';

/** A server as a client gets to know it: of its members, only the bot itself. */
export function guildCreate(world: World, id: string): object {
  const guild = world.guilds.get(id);
  if (guild === undefined) throw new Error(`There is no server ${id}.`);
  const own = guild.members.get(world.bot.id);
  const channels = [...world.channels.values()].filter((channel) => channel.guild_id === id);
  const threads = channels.filter(({ thread_metadata: thread }) => thread?.archived === false);
  return {
    ...DEFAULTS,
    id,
    name: guild.name,
    owner_id: guild.owner_id,
    preferred_locale: guild.preferred_locale ?? 'en-US',
    roles: guild.roles,
    member_count: guild.members.size,
    members: own === undefined ? [] : [{ ...own, deaf: false, mute: false, flags: 0 }],
    channels: channels.filter(({ thread_metadata: thread }) => thread === undefined),
    threads,
    joined_at: new Date(world.now()).toISOString(),
  };
}

const DEFAULTS = {
  unavailable: false,
  large: false,
  emojis: [],
  stickers: [],
  features: [],
  voice_states: [],
  presences: [],
  stage_instances: [],
  guild_scheduled_events: [],
  soundboard_sounds: [],
  verification_level: 0,
  default_message_notifications: 0,
  explicit_content_filter: 0,
  mfa_level: 0,
  nsfw_level: 0,
  premium_tier: 0,
  premium_progress_bar_enabled: false,
  system_channel_flags: 0,
  afk_timeout: 300,
  icon: null,
  splash: null,
  banner: null,
  description: null,
  afk_channel_id: null,
  system_channel_id: null,
  rules_channel_id: null,
  public_updates_channel_id: null,
  application_id: null,
  vanity_url_code: null,
};
