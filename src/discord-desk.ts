import type { Client } from 'discord.js';
import type { ModelPort } from '../machines/ports.ts';
import type { ChosenModel } from './choose-model.ts';
import { ourId } from './discord/archive/archived-message.ts';
import type { Archivist } from './discord/archive/archivist.ts';
import type { CommandDesk, MemoryDesk } from './discord/commands/desk.ts';
import { summarise } from './discord/commands/summary.ts';
import { beginning, lacking } from './discord/intake/threads.ts';
import type { ChannelRest } from './discord/rest.ts';
import type { SettingsBook } from './discord/settings/settings-book.ts';
import type { ModelFor } from './discord-models.ts';
import type { MemoryHouse } from './memory-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';
import type { Ask, Troupe } from './troupe.ts';

export interface DeskOptions {
  readonly store: Store;
  readonly troupe: Troupe;
  readonly memory: MemoryHouse;
  readonly clock: Clock;
  readonly log: Log;
  readonly client: () => Client | undefined;
  readonly rest: ChannelRest;
  readonly model: Omit<ChosenModel, 'port' | 'close'>;
  /** Reads long stretches of channels; left out: nobody does. */
  readonly reader: ModelPort | undefined;
  /** Ends what is under way when the house closes. */
  readonly signal: AbortSignal;
  readonly members: readonly string[];
  /** Where a server has set none. */
  readonly prefix: string;
  /** Where code is run, in a few words. */
  readonly code: () => string;
  readonly remembers: boolean;
  /** Tokens that each user may spend in a day; 0: as many as they like. */
  readonly userTokensPerDay: number;
}

interface Belongings {
  readonly archivist: Archivist;
  readonly book: SettingsBook;
  readonly modelFor: ModelFor;
}

/** What commands may ask, answered by the parts of the house. */
export function createDesk(
  options: DeskOptions,
  { archivist, book, modelFor }: Belongings,
): CommandDesk {
  const { store, troupe, memory, clock, log, client, rest } = options;
  const { model, members, code, remembers, userTokensPerDay, reader, signal } = options;
  const ask = troupe.ask.bind(troupe);
  return {
    stop({ userId, channelId }) {
      const count = troupe
        .underway(userId)
        .filter(({ question }) => question.channelId === channelId).length;
      troupe.cancel({ userId, channelId });
      return count;
    },
    reset: ({ userId, channelId }) => store.reset({ userId, channelId }, clock.now()),
    usualPrefix: options.prefix,
    ...(userTokensPerDay === 0 ? {} : { userTokensPerDay }),
    models: {
      offered: model.offered,
      wishOf: ({ userId }) => store.places.wishOf({ userId }),
      wish: ({ userId }, wish) => store.places.wish({ userId }, wish),
    },
    lacksForThreads({ place }) {
      const channel = beginning(client()?.channels.cache.get(place.channelId));
      return channel === undefined ? [] : lacking(channel);
    },
    memory: remembers ? memoryDesk(memory) : undefined,
    forget({ userId, channelId }, what) {
      if (what === 'me') return memory.forget({ userId }, { kind: 'memories' });
      if (what === 'everything') return memory.forget({ userId }, { kind: 'everything' });
      return memory.forget({ userId }, { kind: 'channel', channelId });
    },
    team({ userId }) {
      const { teamCount: live, maxTeams, waitingCount: waiting } = troupe.view(0);
      const underway = troupe.underway(userId).length;
      const { name, isDemo } = model;
      return { live, maxTeams, waiting, underway, members, code: code(), model: name, isDemo };
    },
    archive(guildId) {
      const channels = client()?.guilds.cache.get(guildId)?.channels.cache;
      const ours = new Set([...(channels?.keys() ?? [])].map(ourId));
      return archivist.progress().filter(({ channelId }) => ours.has(channelId));
    },
    settings: (placeId) => book.of(placeId),
    setSettings: (placeId, settings, { userId }) => book.set(placeId, settings, userId),
    async usage({ userId, place: { guildId } }) {
      const asker = { userId, ...(guildId === undefined ? {} : { guildId: ourId(guildId) }) };
      return { ...(await store.places.usage(asker)), now: clock.now() };
    },
    async summarise(person, what) {
      const model = await modelFor(person);
      const asking = model === undefined ? ask : (what: Ask) => ask({ ...what, model });
      const reading = { client, rest, clock, log, model: reader, signal };
      return await summarise(person, what, { ...reading, ask: asking });
    },
    now: () => clock.now(),
  };
}

/** Sessions shown by one search: as many as fit into a message. */
const MAX_FOUND = 8;

const memoryDesk = (memory: MemoryHouse): MemoryDesk => ({
  list: ({ userId }) => memory.memories({ userId }),
  forgetOne: ({ userId }, id) => memory.forgetMemory({ userId }, id),
  async search({ userId }, words) {
    const found = await memory.search({ userId }, words, { limit: MAX_FOUND });
    return found.map(({ channelId, askedAt, question, outcome }) => {
      const answer = outcome.kind === 'answered' ? outcome.text : undefined;
      return { channelId, askedAt, question, answer };
    });
  },
  export: async ({ userId }) => JSON.stringify(await memory.exportAll({ userId }), null, 2),
});
