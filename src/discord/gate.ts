import { type Client, Events, type Interaction } from 'discord.js';
import type { Failure } from '../../machines/failure.ts';
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
import { type Conversation, type ThreadBook, Threads } from './intake/threads.ts';
import { addressedTo, type TriggerRules } from './intake/triggers.ts';
import { interactionsOf } from './interactions.ts';
import { Connection } from './life/connection.ts';
import { type Deafness, USUAL_DEAFNESS } from './life/hearing.ts';
import { type Health, Looks } from './life/presence.ts';
import type { Starts } from './life/starts.ts';
import type { ChannelRest } from './rest.ts';

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

export interface Extension {
  /** Asked in order for each interaction that is not a button or a menu of an answer. */
  readonly handlers?: readonly InteractionHandler[];
  readonly listeners?: readonly Listener[];
  /** The prefix where a message was written; left out: the configured one. */
  prefixFor?(message: HeardMessage): Promise<string>;
  /** Undefined: whoever asks may ask; else what they are told. */
  admit?(message: HeardMessage): Promise<string | undefined>;
  /** How conversations that begin with such a message are held; left out: where they begin. */
  conversation?(message: HeardMessage): Promise<Conversation>;
  /** Called whenever a client has connected. Never rejects. */
  ready?(client: Client): Promise<void>;
}

/** The open way in. */
export interface Gate {
  /** How the connection stands, for whoever starts the house. */
  describe(): string;
  shows(health: Health): void;
  readonly client: () => Client | undefined;
  /** Takes no more questions; resolves when those heard are kept. */
  hush(): Promise<void>;
  /** Hangs up. */
  close(): Promise<void>;
}

/** Connects, and takes questions from then on. Rejects when Discord does not take the token. */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { log, rest, drafts, house } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const client = (): Client | undefined => connection.client;
  const questioner = new Questioner({ ...options, client, fileOrigins: originsOf(options) });
  const toRecord = questioner.toRecord.bind(questioner);
  const surroundings = (call: Calling) => questioner.before(call, signal);
  const asking = createAsking({ ...options, surroundings });
  const extension = options.extend({ house, asking, menus: MESSAGE_MENUS, rest, client });
  const conversation = async (message: HeardMessage) => await extension.conversation?.(message);
  const { threadBook } = options;
  const threads = new Threads({ ...options, client, book: threadBook, conversation, signal });
  const rules = rulesFrom(options, { extension, threads, client });
  const toQuestion = questioner.ask.bind(questioner);
  const admit = async (message: HeardMessage) => await extension.admit?.(message);
  const loops = new BotLoops();
  const intake = new Intake({ ...options, loops, rules, admit, toQuestion, threads });
  const revisions = new Revisions(options);
  const addressed = async (message: HeardMessage) => addressedTo(message, await rules(message));
  const reasking = new Reasking({ ...options, intake, revisions, addressed, toQuestion, signal });
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
  const handle = interactionsOf(log, [buttons, menus, ...(extension.handlers ?? [])]);
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
    client,
    async hush() {
      closing.abort();
      await ears.close();
    },
    async close() {
      await drafts.close();
      await connection.close();
    },
  };
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
