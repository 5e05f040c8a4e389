import { type Client, Events, type Interaction } from 'discord.js';
import type { Failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { ModelPort } from '../../machines/ports.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Secret } from '../shared/secret.ts';
import { AnswerButtons } from './answer/answer-buttons.ts';
import type { AnswerBook, DraftBook } from './answer/book.ts';
import type { Drafts } from './answer/drafts.ts';
import { Revisions } from './answer/revisions.ts';
import type { Withdrawn } from './answer/withdrawn.ts';
import type { Asking, DiscordHouse, InteractionHandler } from './house.ts';
import { type Calling, createAsking } from './intake/asking.ts';
import { CDN_ORIGINS } from './intake/attachments.ts';
import { BotLoops } from './intake/bot-loops.ts';
import type { StreamProgress } from './intake/catch-up.ts';
import { Ears, type Listener } from './intake/ears.ts';
import type { HeardMessage } from './intake/heard.ts';
import { Intake } from './intake/intake.ts';
import { MESSAGE_MENUS, MessageMenus } from './intake/message-menus.ts';
import { Questioner } from './intake/questioner.ts';
import { Reasking } from './intake/reasking.ts';
import { type ThreadBook, Threads } from './intake/threads.ts';
import { addressedTo, type TriggerRules } from './intake/triggers.ts';
import { interactionsOf } from './interactions.ts';
import { Languages, type LocaleBook } from './languages.ts';
import { Connection } from './life/connection.ts';
import { type Deafness, USUAL_DEAFNESS } from './life/hearing.ts';
import { type Health, Looks } from './life/presence.ts';
import type { Starts } from './life/starts.ts';
import type { ChannelRest } from './rest.ts';
import type { Language } from './settings/settings.ts';

export interface GateOptions {
  readonly token: Secret;
  readonly apiUrl: string | undefined;
  readonly prefix: string;
  readonly allowedBots: ReadonlySet<string>;
  readonly contextMessages: number;
  readonly maxAgeMs: number;
  readonly timeZone: string;
  /** Characters of a question. */
  readonly maxChars: number;
  readonly house: DiscordHouse;
  /** Reads long stretches of channels; left out: nobody does. */
  readonly reader: ModelPort | undefined;
  readonly rest: ChannelRest;
  readonly drafts: Drafts;
  readonly withdrawn: Withdrawn;
  readonly book: DraftBook;
  readonly answers: AnswerBook;
  readonly threadBook: ThreadBook;
  readonly locales: LocaleBook;
  readonly starts: Starts;
  readonly deafness?: Deafness;
  /** How far an earlier life has come; zero at the very first start. */
  readonly since: number;
  readonly streams: readonly StreamProgress[];
  readonly reached: (position: number) => Promise<Failure | undefined>;
  /** Commands, settings, an archive: whatever else lives on Discord. */
  readonly extend: (edge: ExtensionParts) => Extension;
  readonly onRefused: (error: Error) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** What an extension may use. */
export interface ExtensionParts {
  readonly house: DiscordHouse;
  readonly asking: Asking;
  /** To be registered with the commands. */
  readonly menus: typeof MESSAGE_MENUS;
  readonly rest: ChannelRest;
  /** Undefined as long as there is no connection. */
  readonly client: () => Client | undefined;
}

/** Where something is said. */
type Where = Pick<HeardMessage, 'channelId' | 'guildId'>;

type Admit = (message: HeardMessage, language: Language) => Promise<string | undefined>;

export interface Extension {
  /** Asked in order for each interaction that is not a button or a menu of an answer. */
  readonly handlers?: readonly InteractionHandler[];
  readonly listeners?: readonly Listener[];
  /** The prefix where a message was written; left out: the configured one. */
  prefixFor?(message: HeardMessage): Promise<string>;
  /** Undefined: whoever asks may ask; else what they are told, in this language. */
  admit?: Admit;
  /** The language that is set there; undefined: none. */
  languageAt?(where: Where): Promise<Language | undefined>;
  /** Whether conversations that begin there have threads of their own; left out: none has. */
  opensThreads?(where: Where): Promise<boolean>;
  /** Called whenever a client has connected. Never rejects. */
  ready?(client: Client): Promise<void>;
}

/** The open way in. */
export interface Gate {
  /** How the connection stands, for whoever starts the house. */
  describe(): string;
  shows(health: Health): void;
  /** Has nothing of this person in mind any more. */
  forget(userId: UserId): void;
  readonly client: () => Client | undefined;
  /** Takes no more questions; resolves when those heard are kept. */
  hush(): Promise<void>;
  /** Hangs up. */
  close(): Promise<void>;
}

/** Connects, and takes questions from then on. Rejects when Discord does not take the token. */
export async function openGate(options: GateOptions): Promise<Gate> {
  const closing = new AbortController();
  const client = (): Client | undefined => connection.client;
  const { ears, extension, languages, handle } = hearing(options, {
    client,
    signal: closing.signal,
  });
  const looks = new Looks();
  const connection = new Connection({
    ...options,
    deafness: options.deafness ?? USUAL_DEAFNESS,
    onClient(fresh) {
      ears.listenTo(fresh);
      looks.showOn(fresh);
      fresh.on(Events.InteractionCreate, (interaction: Interaction) => void handle(interaction));
      fresh.on(Events.ClientReady, () => void extension.ready?.(fresh));
    },
  });
  await opened(connection, ears);
  return {
    describe: () => describe(connection),
    shows: (health) => looks.like(health, client()),
    forget: (userId) => languages.forget(userId),
    client,
    async hush() {
      closing.abort();
      await ears.close();
    },
    async close() {
      await options.drafts.close();
      await connection.close();
    },
  };
}

interface Around {
  readonly client: () => Client | undefined;
  /** Ends what is under way when the house closes. */
  readonly signal: AbortSignal;
}

/** All that hears messages and clicks, and asks what they ask. Nothing of it connects by itself. */
function hearing(options: GateOptions, { client, signal }: Around) {
  const { log, rest, house } = options;
  const setAt = async (where: Where) => await extension.languageAt?.(where);
  const languages = new Languages({ ...options, client, setAt });
  const fileOrigins = originsOf(options);
  const questioner = new Questioner({ ...options, client, languages, fileOrigins });
  const toRecord = questioner.toRecord.bind(questioner);
  const surroundings = (call: Calling) => questioner.before(call, signal);
  const areWanted = async (where: Where) => (await extension.opensThreads?.(where)) === true;
  const { threadBook } = options;
  const threads = new Threads({ ...options, client, book: threadBook, areWanted, signal });
  const asking = createAsking({ ...options, languages, threads, surroundings });
  const extension = options.extend({ house, asking, menus: MESSAGE_MENUS, rest, client });
  const rules = rulesFrom(options, { extension, threads, client });
  const toQuestion = questioner.ask.bind(questioner);
  const admit = async (...asked: Parameters<Admit>) => await extension.admit?.(...asked);
  const loops = new BotLoops();
  const intake = new Intake({ ...options, languages, loops, rules, admit, toQuestion, threads });
  const revisions = new Revisions(options);
  const addressed = async (message: HeardMessage) => addressedTo(message, await rules(message));
  const asks = { intake, revisions, addressed, toQuestion };
  const reasking = new Reasking({ ...options, ...asks, languages, signal });
  const ears = new Ears({
    ...options,
    intake,
    listeners: extension.listeners ?? [],
    onEdited: (message) => reasking.edited(message),
    onErased: (messageId) => revisions.takeBack(messageId, signal),
  });
  const questionOf = reasking.questionOf.bind(reasking);
  const buttons = new AnswerButtons({ ...options, revisions, questionOf, signal });
  const menus = new MessageMenus({ asking, rest, toRecord, signal });
  const handlers = [buttons, menus, ...(extension.handlers ?? [])];
  const handle = interactionsOf(handlers, { languages, log });
  return { ears, extension, languages, handle };
}

interface Ruling {
  readonly extension: Extension;
  readonly threads: Threads;
  readonly client: () => Client | undefined;
}

/** By what a message is known to be meant for us, where it stands. */
const rulesFrom =
  ({ prefix, allowedBots }: GateOptions, { extension, threads, client }: Ruling) =>
  async (message: HeardMessage): Promise<TriggerRules> => ({
    botId: client()?.user?.id ?? '',
    prefix: (await extension.prefixFor?.(message)) ?? prefix,
    allowedBots,
    partnerId: await threads.partnerIn(message),
  });

/** Nothing is left of a connection that Discord has turned away. */
async function opened(connection: Connection, ears: Ears): Promise<void> {
  try {
    await connection.open();
  } catch (error) {
    await ears.close();
    await connection.close();
    throw error;
  }
}

/** Discord's own servers; for a Discord of our own, that one's. */
const originsOf = ({ apiUrl }: GateOptions): ReadonlySet<string> =>
  new Set(apiUrl === undefined ? CDN_ORIGINS : [...CDN_ORIGINS, new URL(apiUrl).origin]);

function describe({ client, hasContent }: Connection): string {
  if (client?.isReady() !== true) return 'not connected yet: it is tried again and again';
  const as = `as ${client.user.username}, in ${client.guilds.cache.size} servers`;
  if (hasContent) return as;
  return `${as}, without Message Content: mentions, replies that mention, direct messages and commands work; the prefix does not`;
}
