import { type Client, REST } from 'discord.js';
import type { Reply } from '../machines/question.ts';
import type { DiscordConfig } from './config/discord.ts';
import { createSender } from './delivery/sender.ts';
import { Drafts } from './discord/answer/drafts.ts';
import { createDiscordPlatform } from './discord/answer/platform.ts';
import { createReply } from './discord/answer/reply.ts';
import { type Bot, openBot } from './discord/bot.ts';
import { DISCORD, type DiscordHouse } from './discord/house.ts';
import { BotLoops } from './discord/intake/bot-loops.ts';
import { Intake } from './discord/intake/intake.ts';
import { messagesBefore } from './discord/intake/surroundings.ts';
import { ChannelRest } from './discord/rest.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';
import { MAX_QUESTION_CHARS, type Troupe } from './troupe.ts';

/** What Discord brings into a house, and takes out of it. */
export interface Discord {
  readonly reply: Reply;
  /** Something was put into the outbox. */
  posted(): void;
  /** Connects and begins to take questions. Rejects when Discord does not take the token. */
  open(troupe: Troupe): Promise<DiscordGate>;
  /** Sends no more: what is left waits in the outbox for the next life. */
  close(): Promise<void>;
}

/** The open way in. */
export interface DiscordGate {
  /** Takes no more questions; resolves when those heard are kept. */
  close(): Promise<void>;
}

export interface DiscordOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeZone: string;
  readonly model: { readonly name: string; readonly isDemo: boolean };
}

/** Ties a bot account to the store: answers begin to leave, questions come once it is opened. */
export function createDiscord(config: DiscordConfig, options: DiscordOptions): Discord {
  const { store, clock, log } = options;
  const { outbox } = store;
  let bot: Bot | undefined;
  const client = (): Client => {
    if (bot === undefined) throw new Error('Discord is not connected yet');
    return bot.client();
  };
  const rest = new ChannelRest(restOf(config));
  const drafts = new Drafts({
    rest,
    book: store.discordDrafts,
    clock,
    log,
    present: (text) => text,
  });
  const botId = (): string => client().user?.id ?? '';
  const platform = createDiscordPlatform({ rest, drafts, botId });
  const sender = createSender({ outbox, platform, clock, log, random: Math.random });
  // The store drops its listeners when it closes.
  store.onHealth(({ kind }) => {
    if (kind === 'ok') sender.wake();
  });
  return {
    reply: createReply((text) => ({ messages: [text.slice(0, 2_000)] })),
    posted: sender.wake.bind(sender),
    async open(troupe) {
      const house = houseOf(options, troupe, () => sender.wake());
      const timeOf = (at: number): string => new Date(at).toISOString();
      const readable = ({ text }: { readonly text: string }): string => text;
      const near = { client, rest, log, limit: config.contextMessages, timeOf, readable };
      const intake = new Intake({
        house,
        drafts,
        loops: new BotLoops(),
        clock,
        log,
        rules: () => ({ botId: botId(), prefix: config.prefix, allowedBots: config.allowedBots }),
        surroundings: (message, _addressed, signal) => messagesBefore(message, near, signal),
        maxChars: MAX_QUESTION_CHARS,
        maxAgeMs: config.maxAgeMs,
      });
      const { token, apiUrl } = config;
      const opened = await openBot({ token, apiUrl, intake, interactions: [], clock, log });
      bot = opened;
      return { close: () => opened.hushed() };
    },
    async close() {
      await sender.close();
      await drafts.close();
      await bot?.close();
    },
  };
}

/** A connection of its own for what is said in channels: it outlives every reconnection of the gateway. */
const restOf = ({ token, apiUrl }: DiscordConfig): REST =>
  new REST({
    rejectOnRateLimit: ['/channels'],
    ...(apiUrl === undefined ? {} : { api: apiUrl }),
  }).setToken(token.reveal());

const houseOf = (
  { store, model }: DiscordOptions,
  troupe: Troupe,
  posted: () => void,
): DiscordHouse => ({
  async take(question) {
    const taken = await troupe.take(question);
    return taken.kind === 'untaken' || taken.kind === 'undurable' ? taken.failure : undefined;
  },
  async decline(question, why) {
    const declined = await store.inbox.decline(question, why);
    if (declined === 'declined') posted();
    return typeof declined === 'string' ? undefined : declined;
  },
  ask: ({ userId, channelId, ...ask }) =>
    troupe.ask({
      ...ask,
      userId: `${DISCORD}:${userId}`,
      channelId: `${DISCORD}:${channelId}`,
    }),
  watch: (run) => troupe.watch(run),
  cancel: (what) => troupe.cancel(what),
  underway: (userId) => troupe.underway(userId),
  overview() {
    const { teamCount: live, maxTeams, waitingCount: waiting } = troupe.view(0);
    const health = store.health().kind === 'ok' ? 'ok' : 'failing';
    return { live, maxTeams, waiting, model: model.name, isDemo: model.isDemo, store: health };
  },
});
