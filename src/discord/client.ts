import { Client, GatewayIntentBits, Options, Partials } from 'discord.js';

export interface ClientOptions {
  /** Left out: the real Discord. */
  readonly apiUrl: string | undefined;
  /** Whether to ask for the words of messages that are not addressed to us. */
  readonly withContent: boolean;
}

/**
 * A client with lean caches: servers, channels, roles and permissions, and hardly any people or messages. It pings nobody
 * unless a message says whom. What is sent to channels is refused at once when it is limited: drafts give way, and
 * answers wait in the outbox.
 */
export function createClient({ apiUrl, withContent }: ClientOptions): Client {
  const intents = [
    GatewayIntentBits.Guilds,
    GatewayIntentBits.GuildMessages,
    GatewayIntentBits.DirectMessages,
  ];
  return new Client({
    intents: withContent ? [...intents, GatewayIntentBits.MessageContent] : intents,
    partials: [Partials.Channel, Partials.Message],
    shards: 'auto',
    allowedMentions: { parse: [], repliedUser: false },
    rest: {
      rejectOnRateLimit: ['/channels'],
      ...(apiUrl === undefined ? {} : { api: apiUrl }),
    },
    makeCache: Options.cacheWithLimits(LEAN),
  });
}

const LEAN: Parameters<typeof Options.cacheWithLimits>[0] = {
  ...Options.DefaultMakeCacheSettings,
  ApplicationCommandManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMemberManager: { maxSize: 100, keepOverLimit: ({ id, client }) => id === client.user.id },
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  UserManager: { maxSize: 500, keepOverLimit: ({ id, client }) => id === client.user?.id },
  VoiceStateManager: 0,
};
