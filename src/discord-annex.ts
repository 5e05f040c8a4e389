import { type Client, Events } from 'discord.js';
import { type ChannelId, UserId } from '../machines/ids.ts';
import { ourId } from './discord/archive/archived-message.ts';
import { createArchivist } from './discord/archive/archivist.ts';
import { type AskedFrom, channelsFor } from './discord/archive/audience.ts';
import { archiveWhatIsHeard } from './discord/archive/listening.ts';
import { discordPages } from './discord/archive/pages.ts';
import type { Person } from './discord/commands/desk.ts';
import { settingsAt } from './discord/commands/house-commands.ts';
import {
  type CommandBody,
  commandBodies,
  registerCommands,
} from './discord/commands/registration.ts';
import { createCommandRouter } from './discord/commands/router.ts';
import { languageOf } from './discord/commands/texts.ts';
import type { InteractionHandler } from './discord/house.ts';
import type { ChannelRest } from './discord/rest.ts';
import { type Asker, admit } from './discord/settings/admission.ts';
import { sayRefusal } from './discord/settings/refusal.ts';
import type { PlaceSettings } from './discord/settings/settings.ts';
import { SettingsBook } from './discord/settings/settings-book.ts';
import { createDesk } from './discord-desk.ts';
import type { MemoryHouse } from './memory-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { messageOf } from './shared/thrown.ts';
import type { Store } from './store/store.ts';
import type { Troupe } from './troupe.ts';

/** What belongs to Discord beside questions and answers: commands, settings, quotas and the archive of channels. */
export interface DiscordAnnex {
  readonly commands: InteractionHandler;
  /** Follows what this client hears, and registers the commands when it is ready. */
  attach(client: Client): void;
  /** What is set where a message was written; nothing when the store is away. */
  settings(place: Person['place']): Promise<PlaceSettings>;
  /** Why a question is not taken up, in words for its asker; undefined when it is, and then it counts. */
  admit(question: AdmittedQuestion): Promise<string | undefined>;
  /** The channels that may be quoted in an answer. */
  channelsFor(asked: AskedFrom): Promise<readonly ChannelId[]>;
  close(): Promise<void>;
}

/** A question at the door. Discord's own ids. */
export interface AdmittedQuestion extends Asker {
  readonly messageId: string;
  readonly userId: string;
  readonly locale?: string;
}

export interface AnnexOptions {
  readonly store: Store;
  readonly troupe: Troupe;
  readonly memory: MemoryHouse;
  readonly clock: Clock;
  readonly log: Log;
  readonly client: () => Client;
  readonly rest: ChannelRest;
  /** Messages that a start may read of a channel, in each direction. */
  readonly syncLimit: number;
  readonly model: { readonly name: string; readonly isDemo: boolean };
  readonly members: readonly string[];
  /** Menus of messages, which are registered beside the commands. */
  readonly menus: readonly CommandBody[];
}

/** Puts the annex together. Nothing of it connects by itself. */
export function createAnnex(options: AnnexOptions): DiscordAnnex {
  const { store, clock, log, client, rest, syncLimit: limit, menus } = options;
  const readPage = discordPages(client, rest);
  const archivist = createArchivist({ store: store.archive, readPage, clock, log, limit });
  const book = new SettingsBook(store.places, clock);
  const desk = createDesk(options, { archivist, book });
  const settings = async (place: Person['place']): Promise<PlaceSettings> => {
    try {
      return await settingsAt({ place }, desk);
    } catch (error) {
      log.warn('discord.settings_unread', { why: messageOf(error) });
      return {};
    }
  };
  return {
    commands: createCommandRouter(desk, log),
    attach(attached) {
      archiveWhatIsHeard(attached, archivist);
      attached.once(Events.ClientReady, (ready) => {
        registerCommands(ready, commandBodies(menus), log).catch((error: unknown) =>
          log.error('discord.commands_not_registered', { why: messageOf(error) }),
        );
      });
    },
    settings,
    admit: (question) => admitted(question, { store, clock, log, settings }),
    channelsFor: (asked) => channelsFor(client(), asked, log),
    close: () => archivist.close(),
  };
}

type Door = Pick<AnnexOptions, 'store' | 'clock' | 'log'> & Pick<DiscordAnnex, 'settings'>;

async function admitted(
  { messageId, userId, locale, ...asker }: AdmittedQuestion,
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
    if (admission.kind === 'refused')
      return sayRefusal(admission, set, set.language ?? languageOf(locale));
    await store.places.admitted({ ...counted, messageId: ourId(messageId) });
  } catch (error) {
    // Nothing can be kept while the store is away: the question itself waits for it.
    log.warn('discord.not_counted', { why: messageOf(error) });
  }
  return undefined;
}
