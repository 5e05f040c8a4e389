import { failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { ConfirmationPort, RunPort } from '../../machines/ports.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { parseDatabaseUrl } from '../shared/database-url.ts';
import { type Log, silentLog } from '../shared/log.ts';
import { type Archive, createArchive } from './archive.ts';
import { type Changes, createChanges } from './changes.ts';
import { createConfirmations } from './confirmations.ts';
import type { Connector, Db } from './connection.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { type CallOptions, createDatabase, type Database } from './database.ts';
import { createDiscordAnswers, type DiscordAnswers } from './discord-answers.ts';
import { createDiscordDrafts, type DiscordDrafts } from './discord-drafts.ts';
import { createDiscordLocales, type DiscordLocales } from './discord-locales.ts';
import { createDiscordThreads, type DiscordThreads } from './discord-threads.ts';
import { embeddedConnector, memoryConnector } from './embedded-connection.ts';
import { createRunFiles, type RunFiles } from './files.ts';
import { createForgetting, type Forgetting } from './forgetting.ts';
import { createGateways, type Gateways } from './gateways.ts';
import type { StoreHealth } from './health.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { createInspection, type Inspection } from './inspection.ts';
import { createMemories, type Memories } from './memories.ts';
import { bringUpToDate } from './migrations.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPlaces, type Places } from './places.ts';
import { addressOf, postgresConnector } from './postgres-connection.ts';
import { type Presence, showPresence } from './presence.ts';
import { createPromptCopies, type PromptCopies } from './prompt-copies.ts';
import { createRetention, type Retention } from './retention.ts';
import { fenceOf } from './run-values.ts';
import { createRuns } from './runs.ts';
import { createSandboxes, type Sandboxes } from './sandboxes.ts';
import { loadSpend, type Spend } from './spend.ts';
import { StoreError } from './store-error.ts';
import { createSummaries, type Summaries } from './summaries.ts';

/** Where the rows are. */
export type StorePlace =
  /** A PostgreSQL server, 15 or later, under any common form of URL. 10 connections unless told. */
  | { readonly kind: 'postgres'; readonly url: string; readonly maxConnections?: number }
  /** A database in this folder, for this process alone. */
  | { readonly kind: 'embedded'; readonly dataDir: string }
  /** Gone when it is closed. */
  | { readonly kind: 'memory' };

export interface StoreOptions {
  readonly place: StorePlace;
  readonly clock?: Clock;
  readonly log?: Log;
  /** How long one call may take, in milliseconds. 8,000 unless told. */
  readonly deadlineMs?: number;
  /** Earlier questions of a channel that a run is shown, at most. 5 unless told. */
  readonly historyRuns?: number;
  /** Characters of them, questions and answers together. 24,000 unless told. */
  readonly historyChars?: number;
  /** Called when a thread of its own begins to open the database: this one has time for something else. */
  readonly whileOpening?: () => void;
  /** True: what users say is kept to be gone through for memories. */
  readonly remembers?: boolean;
}

/** Everything that outlives a team. Every call ends within its deadline, and takes an `AbortSignal`. */
export interface Store extends Conversations {
  readonly kind: StorePlace['kind'];
  readonly runs: RunPort;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly retention: Retention;
  readonly confirmations: ConfirmationPort;
  readonly gateways: Gateways;
  /** What the operator of the house may look at. */
  readonly inspection: Inspection;
  readonly archive: Archive;
  readonly places: Places;
  readonly memories: Memories & Summaries;
  readonly forgetting: Forgetting;
  readonly changes: Changes;
  readonly discordDrafts: DiscordDrafts;
  readonly discordLocales: DiscordLocales;
  readonly discordThreads: DiscordThreads;
  readonly files: RunFiles;
  readonly prompts: PromptCopies;
  readonly sandboxes: Sandboxes;
  readonly discordAnswers: DiscordAnswers;
  readonly spend: {
    /** What the user has spent on the day (`YYYY-MM-DD`, UTC). Rejects with `StoreError`. */
    load(userId: UserId, day: string, options?: CallOptions): Promise<Spend>;
  };
  health(): StoreHealth;
  /** Calls `listener` at each change of health; gives back the way to stop that. */
  onHealth(listener: (health: StoreHealth) => void): () => void;
  /** Refuses what comes, lets what is under way end, closes everything. Bounded by the deadline; may be called twice. */
  close(): Promise<void>;
}

/**
 * Opens the store and brings its tables up to date. Rejects with `StoreError` saying what to do when the URL is wrong,
 * the server cannot be reached, or the folder cannot be used (`DataFolderInUse` when another process has it).
 */
export const openStore = ({ place, ...options }: StoreOptions): Promise<Store> =>
  openStoreOver((settings) => connectorFor(place, settings), options);

/** Opens a store over connections that are made elsewhere; as `openStore` otherwise. */
export async function openStoreOver(
  connect: (settings: ConnectorSettings) => Promise<NamedConnector>,
  options: Omit<StoreOptions, 'place'>,
): Promise<Store> {
  const { clock = systemClock, log = silentLog, deadlineMs = 8_000 } = options;
  let generation: number | undefined;
  const prepare = async (db: Db): Promise<void> => {
    const opening = await bringUpToDate(db);
    generation ??= opening;
  };
  const enter = (db: Db): Promise<void> => showPresence(db, generation ?? 0);
  const {
    connector,
    name,
    presence = 'alone',
  } = await connect({
    clock,
    log,
    deadlineMs,
    prepare,
    enter,
    whileOpening: options.whileOpening ?? (() => {}),
  });
  const { kind } = connector;
  const owner = (): number => generation ?? 0;
  const database = createDatabase({ connector, name, clock, log, deadlineMs });
  await openNow(database);
  log.info('store.opened', { kind });
  return {
    kind,
    runs: createRuns(database, {
      clock,
      generation: owner,
      historyRuns: options.historyRuns ?? 5,
      historyChars: options.historyChars ?? 24_000,
      remembers: options.remembers ?? false,
    }),
    ...aboutUsers(database, { clock, owner, historyRuns: options.historyRuns ?? 5 }),
    inbox: createInbox(database, { clock, owner, presence }),
    outbox: createOutbox(database),
    retention: createRetention(database),
    confirmations: createConfirmations(database, (epoch) => fenceOf(owner(), epoch)),
    gateways: createGateways(database),
    inspection: createInspection(database),
    archive: createArchive(database, clock),
    places: createPlaces(database, clock),
    ...forDiscord(database, clock),
    files: createRunFiles(database),
    prompts: createPromptCopies(database),
    sandboxes: createSandboxes(database),
    ...createConversations(database),
    spend: {
      load: (userId, day, callOptions) => loadSpend(database, { userId, day }, callOptions),
    },
    health: database.health,
    onHealth: database.onHealth,
    close: database.close,
  };
}

interface AboutUsers {
  readonly clock: Clock;
  readonly owner: () => number;
  readonly historyRuns: number;
}

const aboutUsers = (database: Database, { clock, owner, historyRuns }: AboutUsers) => ({
  memories: {
    ...createMemories(database, { clock, owner }),
    ...createSummaries(database, historyRuns),
  },
  forgetting: createForgetting(database, { clock, owner }),
  changes: createChanges(database, owner),
});

const forDiscord = (database: Database, clock: Clock) => ({
  discordAnswers: createDiscordAnswers(database),
  discordDrafts: createDiscordDrafts(database, clock),
  discordLocales: createDiscordLocales(database),
  discordThreads: createDiscordThreads(database, clock),
});

interface ConnectorSettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlineMs: number;
  /** Brings the database up to date; to be called with each connection that is made. */
  readonly prepare: (db: Db) => Promise<void>;
  /** Called when a thread begins to open the database. */
  readonly whileOpening: () => void;
  /** Called for each connection to a server that is this process's own. */
  readonly enter: (db: Db) => Promise<void>;
}

interface NamedConnector {
  readonly connector: Connector;
  /** How the database is called in messages. */
  readonly name: string;
  /** How it shows that a process is gone which used it. Left out: nobody else can be using it. */
  readonly presence?: Presence;
}

async function connectorFor(
  place: StorePlace,
  settings: ConnectorSettings,
): Promise<NamedConnector> {
  switch (place.kind) {
    case 'memory':
      return { connector: memoryConnector(settings), name: 'The database in memory' };
    case 'embedded':
      return {
        connector: await embeddedConnector(place.dataDir, settings),
        name: `The database in ${place.dataDir}`,
      };
    case 'postgres': {
      const url = parseDatabaseUrl(place.url);
      if (!url.ok)
        throw new StoreError(failure('invalid_input', `The database URL ${url.problem}.`), 'call');
      const { target } = url;
      if (target.ignored.length > 0) {
        settings.log.info('store.url_keys_ignored', { keys: target.ignored.join(' ') });
      }
      const max = place.maxConnections ?? 10;
      return {
        connector: postgresConnector({ ...settings, target, max }),
        name: addressOf(target),
        presence: target.pooled ? 'leased' : 'locked',
      };
    }
  }
}

/** The first connection is made now, so that a problem shows before anybody relies on the store. */
async function openNow(database: Database): Promise<void> {
  try {
    await database.reach();
  } catch (error) {
    await database.close();
    throw error;
  }
}
