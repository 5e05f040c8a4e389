import { UserId } from '../machines/ids.ts';
import type { Roster } from '../machines/roster.ts';
import { openChanges } from './changes-house.ts';
import type { ChannelsFor } from './channel-history.ts';
import { type Chats, createChats } from './chats.ts';
import type { ChosenModel } from './choose-model.ts';
import type { Config } from './config.ts';
import { peopleOn } from './discord-people.ts';
import type { HeroParts } from './hero-parts.ts';
import { keptIn, neighboursIn } from './house-store.ts';
import { createFeed, type Feed } from './inspector/feed.ts';
import { MACHINES } from './inspector/machines.ts';
import { startStatelyServer } from './inspector/stately-server.ts';
import { loadRest } from './load-rest.ts';
import type { MemoryKeeper } from './memory/keeper.ts';
import { createMemoryHouse, type MemoryHouse, openKeeper } from './memory-house.ts';
import { memoryReader } from './process-memory.ts';
import { openPrompt, withPrompt } from './prompt-house.ts';
import type { PromptSource } from './prompts/prompt-source.ts';
import { openRecords, type Records } from './recording-house.ts';
import { openRetention } from './retention-house.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { makeDataFolder } from './shared/data-folder.ts';
import type { Log } from './shared/log.ts';
import { openStore, type Store, type StorePlace } from './store/store.ts';
import { createTroupe, type Troupe } from './troupe.ts';
import { tuned } from './tuned-roster.ts';
import { walletOf } from './wallet-house.ts';
import { openWatch, type Watch } from './watch-house.ts';

/** Who sits at this machine: whoever has the console's token or its terminal. */
export const LOCAL_USER = UserId('local');

/** A running product. */
export interface App {
  readonly troupe: Troupe;
  readonly store: Store;
  /** What users can do about what is kept of them. */
  readonly memory: MemoryHouse;
  readonly model: { readonly name: string; readonly isDemo: boolean };
  /** Where code is run. */
  readonly code: HeroParts['code'];
  /** The console's address; absent without a console. */
  readonly url: string | undefined;
  /** How the connection to Discord stands; absent without one. */
  readonly discord: string | undefined;
  /** Where an inspector that speaks Stately's protocol may connect; absent where none was asked for. */
  readonly statelyUrl: string | undefined;
  /** Other houses that are open on this database. */
  readonly neighbours: number;
  /** Lets runs finish, then closes everything. Asked twice: cuts runs short. */
  stop(): Promise<void>;
}

export interface AppOptions {
  readonly log: Log;
  readonly web: boolean;
  /** Something came up that only the operator can mend: the house had better close. */
  readonly onFatal: (error: Error) => void;
  /** The inspector may act and reveal texts. Default: it only looks. */
  readonly admin?: boolean;
  /** An inspector that speaks Stately's protocol may connect. Default: none may. */
  readonly stately?: boolean;
}

/** Starts everything in order; what has started is stopped again when something later fails. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  const closers: Closer[] = [];
  try {
    return await start(config, { ...options, clock: systemClock, closers });
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

type Closer = () => Promise<void>;

/** In reverse: what came later leans on what came before. */
async function closeAll(closers: Closer[]): Promise<void> {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
}

interface Starting extends AppOptions {
  readonly clock: Clock;
  readonly closers: Closer[];
}

/** Opens what a house is made of, each on what stands before it. */
async function openParts(
  config: Config,
  { log: plain, onFatal, clock, closers }: Starting,
): Promise<TroupeParts> {
  await makeDataFolder(config.dataDir);
  const watch = await openWatch(config, { log: plain, clock });
  closers.push(() => watch.close());
  const { log } = watch;
  const { historyRuns } = config;
  const remembers = config.memory.enabled;
  const place = placeOf(config);
  // What fails to load fails again below, where it is waited for.
  const whileOpening = (): void => void loadRest(config).catch(() => {});
  const store = await openStore({ place, clock, log, historyRuns, remembers, whileOpening });
  closers.push(() => store.close());
  const { chooseModel, openHero } = await loadRest(config);
  const wallet = walletOf(config, store, clock);
  const model = await chooseModel(config, { clock, log, wallet });
  closers.push(() => model.close());
  const keeper = openKeeper(config, { store, model: model.port, clock, log });
  const prompt = await openPrompt(config, { store, clock, log });
  closers.push(async () => prompt?.close());
  // Asked while a run works, when the chats have long been made.
  const channelsFor: ChannelsFor = (asked) => chats.channelsFor(asked);
  const people = peopleOn((asked) => chats.personFor(asked));
  const memory = keeper;
  const parts = { store, model: model.port, memory, people, channelsFor, clock, log };
  const hero = await openHero(config, parts);
  closers.push(() => hero.close());
  const chats = await createChats(config, {
    store,
    clock,
    log,
    model,
    members: namesOf(hero.roster),
    code: () => hero.code.place().where,
    onRefused: onFatal,
  });
  closers.push(() => chats.close());
  const feed = createFeed({ clock, log });
  const records = openRecords(config, { clock, log });
  closers.push(() => records.close());
  const retention = openRetention(config, { store, records, clock, log });
  closers.push(() => retention.close());
  return { watch, store, model, prompt, hero, keeper, chats, feed, records, log, clock };
}

async function start(config: Config, starting: Starting): Promise<App> {
  const { web, admin, stately, closers } = starting;
  const parts = await openParts(config, starting);
  const { store, model, hero, keeper, chats, feed, records, watch, log, clock } = parts;
  const changes = await openChanges({ store, clock, log });
  closers.push(() => changes.close());
  const neighbours = await neighboursIn(store, log);
  const troupe = await openTroupe(config, parts);
  closers.push(() => troupe.stop());
  watch.attach(troupe, hero.code);
  const memory = createMemoryHouse({
    store,
    troupe,
    records,
    onChanged: (userId) => keeper?.changed(userId),
    onForgotten(userId, what) {
      hero.forget(userId);
      chats.forget(userId, what);
    },
  });
  await store.forgetting.finish();
  changes.follow(memory);
  const around = { feed, records, isAdmin: admin ?? false, log, clock, userId: LOCAL_USER };
  const desk = { troupe, store, memory, model, code: hero.code, watch, ...around };
  const console = web ? await (await loadRest(config)).openConsole(config, desk) : undefined;
  if (console !== undefined) closers.push(() => console.close());
  const forStately = { feed, machines: MACHINES, userId: LOCAL_USER, log };
  const tap = stately ? await startStatelyServer(forStately) : undefined;
  if (tap !== undefined) closers.push(() => tap.close());
  const gates = await chats.open(troupe, memory);
  closers.push(() => gates.close());
  // Nobody waits for it: the first code that is run does.
  void hero.code.start();
  let stopping: Promise<void> | undefined;
  return {
    troupe,
    store,
    memory,
    model,
    code: hero.code,
    url: console?.url,
    discord: gates.discord?.(),
    statelyUrl: tap?.url,
    neighbours,
    stop() {
      // What comes now is left to its platform, which tells it to the next life of the house.
      void gates.close();
      // The console stays open while runs finish, so that whoever watches sees the end of them.
      const drained = troupe.stop();
      stopping ??= drained.then(() => closeAll(closers));
      return stopping;
    },
  };
}

const namesOf = ({ members }: Roster): readonly string[] => members.map(({ name }) => name);

/** Where the configuration wants the rows. */
export function placeOf({ databaseUrl, dataDir }: Config): StorePlace {
  if (databaseUrl === undefined) return { kind: 'embedded', dataDir };
  return { kind: 'postgres', url: databaseUrl.reveal() };
}

interface TroupeParts {
  readonly watch: Watch;
  readonly store: Store;
  readonly model: ChosenModel;
  readonly prompt: PromptSource | undefined;
  readonly hero: HeroParts;
  readonly keeper: MemoryKeeper | undefined;
  readonly chats: Chats;
  readonly feed: Feed;
  readonly records: Records;
  readonly log: Log;
  readonly clock: Clock;
}

function openTroupe(config: Config, parts: TroupeParts): Promise<Troupe> {
  const { watch, store, prompt, hero, keeper, chats, feed, records, log, clock } = parts;
  const kept = keptIn(store, { clock, log, onPosted: chats.posted });
  const { model, tools, runs } = watch.observe({
    model: parts.model.port,
    tools: hero.tools,
    runs: withPrompt(kept.runs, prompt),
  });
  return createTroupe({
    roster: tuned(hero.roster, config),
    model,
    tools,
    furnish: hero.furnish,
    store: { ...kept, runs },
    ...(keeper === undefined ? {} : { memories: keeper }),
    ...(chats.reply === undefined ? {} : { reply: chats.reply }),
    onResumed: chats.resumed,
    lapse: chats.lapse,
    limits: {
      supervisor: {
        maxTeams: config.maxTeams,
        minResidencyMs: config.minResidencyMs,
        ...config.questionLimits,
      },
      team: {
        concurrency: config.teamConcurrency,
        maxQueuedPerChannel: config.teamQueue,
        maxQueued: config.questionLimits.maxPerUser,
      },
    },
    watcher: watch.watching(feed.watcher),
    ...(records.recorder === undefined ? {} : { recorder: records.recorder }),
    log,
    clock,
    memory: memoryReader(),
  });
}
