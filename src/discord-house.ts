import { UserId } from '../machines/ids.ts';
import type { ModelPort } from '../machines/ports.ts';
import type { Reply } from '../machines/question.ts';
import type { ChannelsFor } from './channel-history.ts';
import type { ChosenModel } from './choose-model.ts';
import type { DiscordConfig } from './config/discord.ts';
import { createSender } from './delivery/sender.ts';
import { Drafts } from './discord/answer/drafts.ts';
import { createDiscordPlatform } from './discord/answer/platform.ts';
import { createReply } from './discord/answer/reply.ts';
import { Withdrawn } from './discord/answer/withdrawn.ts';
import { type Extension, type ExtensionParts, type Gate, openGate } from './discord/gate.ts';
import { DISCORD, type DiscordHouse } from './discord/house.ts';
import { tokenRefused } from './discord/life/connection.ts';
import type { Deafness } from './discord/life/hearing.ts';
import { startsIn } from './discord/life/starts.ts';
import { personFor } from './discord/people.ts';
import { ChannelRest, NotYet } from './discord/rest.ts';
import { outgoingText } from './discord/text/outgoing.ts';
import { createAnnex, type DiscordAnnex } from './discord-annex.ts';
import { lapseOf } from './discord-lapse.ts';
import type { PersonFor } from './discord-people.ts';
import type { MemoryHouse } from './memory-house.ts';
import type { Lapse } from './runtime/dispatcher.ts';
import type { ResumedListener } from './runtime/runtime-options.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { Pauses } from './shared/pauses.ts';
import type { Forget } from './store/changes.ts';
import type { Store } from './store/store.ts';
import { MAX_QUESTION_CHARS, type Troupe } from './troupe.ts';

/** What Discord brings into a house, and takes out of it. */
export interface Discord {
  readonly reply: Reply;
  /** Something was put into the outbox. */
  posted(): void;
  /** A question of an earlier life runs again: its draft goes on, also before we are connected. */
  readonly resumed: ResumedListener;
  /** Ends a question of an earlier life that has become too old. */
  readonly lapse: Lapse;
  /** Connects and begins to take questions. Rejects when Discord does not take the token. */
  open(troupe: Troupe, memory: MemoryHouse): Promise<DiscordGate>;
  /** The channels that may be quoted in an answer; none before it is connected. */
  readonly channelsFor: ChannelsFor;
  /** Who somebody is there; nobody before it is connected. */
  readonly personFor: PersonFor;
  /** Has nothing of a user in mind any more who is forgotten altogether. */
  readonly forget: (userId: UserId, what: Forget) => void;
  /** Sends no more, and hangs up: what is left waits in the outbox for the next life. */
  close(): Promise<void>;
}

/** The open way in. */
export interface DiscordGate {
  /** How the connection stands. */
  describe(): string;
  /** Takes no more questions; resolves when those heard are kept. */
  close(): Promise<void>;
}

export interface DiscordOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeZone: string;
  /** Where it is kept how often we have connected. */
  readonly dataDir: string;
  readonly model: Omit<ChosenModel, 'close'>;
  /** False: users are not remembered beyond their conversations. */
  readonly remembers: boolean;
  /** Tokens that each user may spend in a day; 0: as many as they like. */
  readonly userTokensPerDay: number;
  /** The names of the team's members. */
  readonly members: readonly string[];
  /** Where code is run, in a few words. */
  readonly code: () => string;
  /** Discord does not take the token any more. */
  readonly onRefused: (error: Error) => void;
  readonly deafness?: Deafness;
}

/** Direct messages and other channels whose positions are looked at when questions were missed. */
const MAX_STREAMS = 2_000;

/** How long the house waits for the last answers to leave. */
const FLUSH_MS = 3_000;

/** Ties a bot account to the store: answers begin to leave, questions come once it is opened. */
export function createDiscord(config: DiscordConfig, options: DiscordOptions): Discord {
  const { store, clock, log } = options;
  const books = booksOf(store);
  const reader = readerIn(options);
  let gate: Gate | undefined;
  let annex: DiscordAnnex | undefined;
  const onRefused = once(options.onRefused);
  const rest = new ChannelRest({ ...config, onUnauthorized: () => onRefused(tokenRefused()) });
  const withdrawn = new Withdrawn();
  const drafts = new Drafts({ rest, ...books, clock, log, present });
  const botId = (): string | undefined => gate?.client()?.user?.id;
  const kept = { readFile: filesOf(store), knownOf: knownIn(store) };
  const platform = createDiscordPlatform({ rest, drafts, botId, ...kept });
  const sender = createSender({ outbox: store.outbox, platform, clock, log, random: Math.random });
  // The store drops its listeners when it closes.
  store.onHealth(({ kind }) => {
    gate?.shows(kind === 'ok' ? 'well' : 'without_store');
    if (kind === 'ok') sender.wake();
  });
  return {
    reply: createReply({ withdrawn }),
    posted: sender.wake.bind(sender),
    resumed(question, watch) {
      const events = watch();
      if (events !== undefined) drafts.begin(question, events);
    },
    lapse: lapseOf(config, options, () => sender.wake()),
    async open(troupe, memory) {
      const house = houseOf(options, troupe, { posted: () => sender.wake(), annex: () => annex });
      const extend = (edge: ExtensionParts): Extension => {
        annex = createAnnex({ ...config, ...options, ...edge, reader, troupe, memory });
        return annex.extension;
      };
      const parts = { house, reader, rest, drafts, withdrawn, ...books, extend, onRefused };
      const opened = await openGate({ ...(await gateOptions(config, options)), ...parts });
      gate = opened;
      // Parts of an earlier life may have waited for us to know who we are.
      sender.wake();
      return {
        describe: () => opened.describe(),
        close() {
          opened.shows('closing');
          return opened.hush();
        },
      };
    },
    forget(userId, { kind }) {
      if (kind === 'everything') gate?.forget(userId);
    },
    personFor: (asked) => personFor(gate?.client(), asked, log),
    channelsFor: async (asked) => (await annex?.channelsFor(asked)) ?? [],
    async close() {
      await annex?.close();
      // What ended last may still leave: whoever waits for it need not wait for the next life.
      const pauses = new Pauses(clock);
      await Promise.race([sender.idle(), pauses.wait(FLUSH_MS)]);
      pauses.end();
      await sender.close();
      const open = gate;
      // The store may tell of its health after this.
      gate = undefined;
      await (open?.close() ?? drafts.close());
    },
  };
}

/** What is kept of drafts, answers, threads and people, by the names that the adapter has for it. */
const booksOf = ({ discordDrafts, discordAnswers, discordThreads, discordLocales }: Store) => ({
  book: discordDrafts,
  answers: discordAnswers,
  threadBook: discordThreads,
  locales: discordLocales,
});
/** A draft names nobody: whoever is meant is told by the answer. */
const present = (text: string): string => outgoingText(text, []);

/** Simple rules can take no notes. */
const readerIn = ({ model }: DiscordOptions): ModelPort | undefined =>
  model.isDemo ? undefined : model.port;

/** What a user's runs have made. */
const filesOf =
  ({ files }: Store) =>
  (userId: string, id: string) =>
    files.read({ userId: UserId(userId) }, id);

/** The messages that parts of answers stand in. */
const knownIn =
  ({ outbox }: Store) =>
  async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
    const known = await outbox.known(DISCORD, ids);
    if (known.kind === 'failed') throw new NotYet(known.failure.message);
    return known.ids;
  };

/** The first time is enough. */
function once(tell: (error: Error) => void): (error: Error) => void {
  let isTold = false;
  return (error) => {
    if (!isTold) tell(error);
    isTold = true;
  };
}

async function gateOptions(config: DiscordConfig, options: DiscordOptions) {
  const { store, dataDir } = options;
  const progress = await store.gateways.read(DISCORD);
  const streams = await store.gateways.streams(DISCORD, MAX_STREAMS);
  return {
    ...config,
    ...options,
    maxChars: MAX_QUESTION_CHARS,
    starts: startsIn(dataDir),
    since: progress?.position ?? 0,
    streams,
    async reached(position: number) {
      const advanced = await store.gateways.advance(DISCORD, position);
      return advanced === 'advanced' ? undefined : advanced;
    },
  };
}

interface Around {
  /** Something was put into the outbox. */
  posted(): void;
  annex(): DiscordAnnex | undefined;
}

const houseOf = (
  { store, model: { name, isDemo } }: DiscordOptions,
  troupe: Troupe,
  { posted, annex }: Around,
): DiscordHouse => ({
  async take(question) {
    const model = await annex()?.modelFor(question);
    const taken = await troupe.take(model === undefined ? question : { ...question, model });
    return taken.kind === 'untaken' || taken.kind === 'undurable' ? taken.failure : undefined;
  },
  async decline(question, why) {
    const declined = await store.inbox.decline(question, why);
    if (declined === 'declined') posted();
    return typeof declined === 'string' ? undefined : declined;
  },
  watch: (run) => troupe.watch(run),
  cancel: (what) => troupe.cancel(what),
  confirm: async (what) => (await troupe.confirm(what)).kind,
  underway: (userId) => troupe.underway(userId),
  overview() {
    const { teamCount: live, maxTeams, waitingCount: waiting } = troupe.view(0);
    const health = store.health().kind === 'ok' ? 'ok' : 'failing';
    return { live, maxTeams, waiting, model: name, isDemo, store: health };
  },
});
