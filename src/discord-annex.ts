import {
  type ChatInputCommandInteraction,
  type Client,
  Events,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { type ChannelId, UserId } from '../machines/ids.ts';
import type { ModelPort } from '../machines/ports.ts';
import type { ChosenModel } from './choose-model.ts';
import { archivedMessage, ourChannel, ourId } from './discord/archive/archived-message.ts';
import { type Archivist, createArchivist } from './discord/archive/archivist.ts';
import { type AskedFrom, channelsFor } from './discord/archive/audience.ts';
import { DirectMessages } from './discord/archive/direct-messages.ts';
import { discordPages, readableChannels } from './discord/archive/pages.ts';
import type { Person } from './discord/commands/desk.ts';
import { commandBodies, registerCommands } from './discord/commands/registration.ts';
import { createCommandRouter, personOf } from './discord/commands/router.ts';
import { settingsAt } from './discord/commands/settings-commands.ts';
import { languageOf } from './discord/commands/texts.ts';
import type { Extension, ExtensionParts } from './discord/gate.ts';
import type { InteractionHandler } from './discord/house.ts';
import { askerOf, placeOf } from './discord/intake/askers.ts';
import type { Listener } from './discord/intake/ears.ts';
import type { HeardMessage } from './discord/intake/heard.ts';
import { inviteLink } from './discord/permissions.ts';
import { type AdmissionRequest, admit } from './discord/settings/admission.ts';
import { sayRefusal } from './discord/settings/refusal.ts';
import type { Language, PlaceSettings } from './discord/settings/settings.ts';
import { SettingsBook } from './discord/settings/settings-book.ts';
import { createDesk } from './discord-desk.ts';
import { type ModelFor, modelChooser } from './discord-models.ts';
import type { MemoryHouse } from './memory-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { messageOf } from './shared/thrown.ts';
import type { Store } from './store/store.ts';
import type { Troupe } from './troupe.ts';

/** What belongs to Discord beside questions and answers: commands, settings, quotas and the archive of channels. */
export interface DiscordAnnex {
  readonly extension: Extension;
  /** The channels that may be quoted in an answer. Never rejects. */
  channelsFor(asked: AskedFrom): Promise<readonly ChannelId[]>;
  readonly modelFor: ModelFor;
  /** Ends what it reads and writes. */
  close(): Promise<void>;
}

export interface AnnexOptions extends ExtensionParts {
  readonly store: Store;
  readonly troupe: Troupe;
  readonly memory: MemoryHouse;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages that a start may read of a channel, in each direction. */
  readonly syncLimit: number;
  /** Where a server has set none. */
  readonly prefix: string;
  readonly model: Omit<ChosenModel, 'port' | 'close'>;
  /** Reads long stretches of channels; left out: nobody does. */
  readonly reader: ModelPort | undefined;
  readonly members: readonly string[];
  /** Where code is run, in a few words. */
  readonly code: () => string;
  /** False: users are not remembered beyond their conversations. */
  readonly remembers: boolean;
  /** Tokens that each user may spend in a day; 0: as many as they like. */
  readonly userTokensPerDay: number;
}

/** Puts the annex together. Nothing of it connects by itself. */
export function createAnnex(options: AnnexOptions): DiscordAnnex {
  const { store, clock, log, client, rest, syncLimit: limit, menus, asking, model } = options;
  const readPage = discordPages(client, rest);
  const archivist = createArchivist({ store: store.archive, readPage, clock, log, limit });
  const direct = new DirectMessages(archivist);
  const book = new SettingsBook(store.places, clock);
  const closing = new AbortController();
  const { signal } = closing;
  const settings = async (place: Person['place']): Promise<PlaceSettings> => {
    try {
      return await settingsAt({ place }, { settings: (placeId) => book.of(placeId) });
    } catch (error) {
      log.warn('discord.settings_unread', { why: messageOf(error) });
      return {};
    }
  };
  const modelFor = modelChooser({ ...options, settings, offered: model.offered });
  const desk = createDesk({ ...options, signal }, { archivist, book, modelFor });
  const door = { store, clock, log, settings };
  const ask = async (call: ChatInputCommandInteraction, text: string): Promise<void> => {
    const refusal = await admitted(callerOf(call), languageOf(call.locale), door);
    if (refusal === undefined) await asking.ask(call, { text, isConversation: true });
    else await call.reply({ content: refusal, flags: MessageFlags.Ephemeral });
  };
  let registered = Promise.resolve();
  return {
    extension: {
      handlers: [meeting(direct), createCommandRouter({ desk, ask, log })],
      listeners: [listenerOf(archivist, direct)],
      async prefixFor(message) {
        return (await settings(placeOf(message, client()))).prefix ?? options.prefix;
      },
      admit: (message, language) => admitted(askerOf(message, client()), language, door),
      languageAt: async (where) => (await settings(placeOf(where, client()))).language,
      opensThreads: async (where) => (await settings(placeOf(where, client()))).threads === 'on',
      async ready(ready) {
        followFrom(ready, archivist, direct);
        inviteTo(ready, log);
        registered = registerAll(ready, commandBodies({ menus, models: model.offered }), log);
        await registered;
      },
    },
    modelFor,
    channelsFor: (asked) => channelsFor(client(), asked, log),
    async close() {
      closing.abort();
      await Promise.all([archivist.close(), registered]);
    },
  };
}

/** The archive follows what is heard. */
function listenerOf(archivist: Archivist, direct: DirectMessages): Listener {
  const heard = (message: HeardMessage): void => {
    const { guildId } = message;
    if (guildId === undefined) direct.heard(message);
    else archivist.heard(archivedMessage(message, { guildId }));
  };
  return {
    written: heard,
    edited: heard,
    erased: ({ channelId, messageIds }) =>
      archivist.removed(ourChannel(channelId), messageIds.map(ourId)),
  };
}

/** Whoever uses a command in their direct messages may want to look something up there. */
const meeting = (direct: DirectMessages): InteractionHandler => ({
  async handle({ context, channelId, user }) {
    if (context === InteractionContextType.BotDM && channelId !== null)
      direct.met(channelId, user.id);
    return false;
  },
});

/** Reads what was missed: at the start, and whenever a session is not the one before. */
function followFrom(client: Client, archivist: Archivist, direct: DirectMessages): void {
  archivist.sync(readableChannels(client));
  client.on(Events.ShardReady, () => {
    direct.forgetAll();
    archivist.sync(readableChannels(client));
  });
}

/** Somebody has to let the bot in: the log says where. */
function inviteTo({ guilds, application }: Client, log: Log): void {
  if (guilds.cache.size > 0 || application === null) return;
  log.warn('discord.in_no_server', { invite: inviteLink(application.id) });
}

async function registerAll(
  client: Client,
  bodies: ReturnType<typeof commandBodies>,
  log: Log,
): Promise<void> {
  try {
    if (client.isReady()) await registerCommands(client, bodies, log);
  } catch (error) {
    log.error('discord.commands_not_registered', { why: messageOf(error) });
  }
}

function callerOf(call: ChatInputCommandInteraction): AdmissionRequest {
  const { place, isManager } = personOf(call);
  const roles = call.inCachedGuild() ? [...call.member.roles.cache.keys()] : [];
  const { id: messageId, user } = call;
  return { ...place, messageId, userId: user.id, roleIds: roles, isManager };
}

interface Door {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: (place: Person['place']) => Promise<PlaceSettings>;
}

/** Why a question is not taken up, in words for its asker; undefined when it is, and then it counts. */
async function admitted(
  { messageId, userId, ...asker }: AdmissionRequest,
  language: Language,
  { store, clock, log, settings }: Door,
): Promise<string | undefined> {
  const { guildId } = asker;
  const counted = {
    userId: UserId(ourId(userId)),
    ...(guildId === undefined ? {} : { guildId: ourId(guildId) }),
  };
  const set = await settings(asker);
  try {
    const usage = { ...(await store.places.usage(counted)), now: clock.now() };
    const admission = admit(set, usage, asker);
    if (admission.kind === 'refused') return sayRefusal(admission, set, language);
    await store.places.admitted({ ...counted, messageId: ourId(messageId) });
  } catch (error) {
    // Nothing can be kept while the store is away: the question itself waits for it.
    log.warn('discord.not_counted', { why: messageOf(error) });
  }
  return undefined;
}
