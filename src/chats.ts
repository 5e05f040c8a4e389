import type { Reply } from '../machines/question.ts';
import { type Bridge, createBridge } from './bridge-house.ts';
import type { ChannelsFor } from './channel-history.ts';
import type { DiscordConfig } from './config/discord.ts';
import type { Config } from './config.ts';
import type { Discord, DiscordOptions } from './discord-house.ts';
import type { PersonFor } from './discord-people.ts';
import type { MemoryHouse } from './memory-house.ts';
import type { Lapse } from './runtime/dispatcher.ts';
import type { ResumedListener } from './runtime/runtime-options.ts';
import type { Troupe } from './troupe.ts';

/** The chat systems that people ask by, together. */
export interface Chats {
  /** Left out: nobody asks by a chat system. */
  readonly reply?: Reply;
  /** Something was put into the outbox. */
  posted(): void;
  /** A question of an earlier life runs again. */
  readonly resumed: ResumedListener;
  /** Ends a question of an earlier life that has become too old. */
  readonly lapse: Lapse;
  /** Begins to take questions. Rejects when one of them turns us away. */
  open(troupe: Troupe, memory: MemoryHouse): Promise<OpenChats>;
  /** The channels that may be quoted in an answer there. */
  readonly channelsFor: ChannelsFor;
  /** Who somebody is there. */
  readonly personFor: PersonFor;
  /** Somebody is forgotten, in whole or in part. */
  readonly forget: Discord['forget'];
  /** Sends no more: what is left waits in the outbox for the next life. */
  close(): Promise<void>;
}

/** The open ways in. */
export interface OpenChats {
  /** How the connection to Discord stands; left out without one. */
  discord?(): string;
  /** Takes no more questions; bounded by what is being kept. */
  close(): Promise<void>;
}

/** Its library takes a quarter of a second to load: only a house on Discord waits for it. */
async function discordOf(config: DiscordConfig, options: DiscordOptions): Promise<Discord> {
  const { createDiscord } = await import('./discord-house.ts');
  return createDiscord(config, options);
}

/** Those that the configuration names; answers of an earlier life begin to leave. */
export async function createChats(
  config: Config,
  options: Omit<DiscordOptions, 'timeZone' | 'dataDir' | 'remembers' | 'userTokensPerDay'>,
): Promise<Chats> {
  const bridge = config.bridge === undefined ? undefined : createBridge(config.bridge, options);
  const { timeZone, dataDir, userTokensPerDay } = config;
  const remembers = config.memory.enabled;
  const discord =
    config.discord === undefined
      ? undefined
      : await discordOf(config.discord, {
          ...options,
          timeZone,
          dataDir,
          remembers,
          userTokensPerDay,
        });
  const isEmpty = bridge === undefined && discord === undefined;
  return {
    ...(isEmpty ? {} : { reply: replyOf({ bridge, discord }) }),
    posted() {
      bridge?.posted();
      discord?.posted();
    },
    resumed(question, watch) {
      if (question.origin?.platform === 'discord') discord?.resumed(question, watch);
    },
    async lapse(question) {
      const chat = question.origin?.platform === 'discord' ? discord : bridge;
      return (await chat?.lapse(question)) === true;
    },
    async open(troupe, memory) {
      const closeBridge = bridge?.open(troupe);
      const gate = await discord?.open(troupe, memory);
      return {
        ...(gate === undefined ? {} : { discord: () => gate.describe() }),
        async close() {
          await Promise.all([closeBridge?.(), gate?.close()]);
        },
      };
    },
    forget: (userId, what) => discord?.forget(userId, what),
    personFor: async (asked) => discord?.personFor(asked),
    channelsFor: async (asked) => (await discord?.channelsFor(asked)) ?? [],
    async close() {
      await Promise.all([bridge?.close(), discord?.close()]);
    },
  };
}

interface Both {
  readonly bridge: Bridge | undefined;
  readonly discord: Discord | undefined;
}

const replyOf =
  ({ bridge, discord }: Both): Reply =>
  (question, outcome) => {
    const chat = question.origin?.platform === 'discord' ? discord : bridge;
    return chat?.reply(question, outcome) ?? [];
  };
