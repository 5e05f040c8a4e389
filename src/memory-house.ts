import { randomUUID } from 'node:crypto';
import type { ChannelId, UserId } from '../machines/ids.ts';
import type { Memory, MemorySettings } from '../machines/memory/memories.ts';
import type { ModelPort } from '../machines/ports.ts';
import type { Config } from './config.ts';
import { createHttpEmbedder } from './memory/http-embedder.ts';
import { createKeeper, type MemoryKeeper } from './memory/keeper.ts';
import type { Records } from './recording-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { ChangeOfUser, Forget } from './store/changes.ts';
import type { PastRun } from './store/past-run.ts';
import type { Principal } from './store/principal.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';
import type { Troupe } from './troupe.ts';

interface Waiting {
  readonly signal?: AbortSignal;
}

/** All that is kept of one user, as plain data for a file. */
export interface UserExport {
  readonly userId: UserId;
  readonly settings: MemorySettings;
  /** The model that was chosen to be answered by; left out: none was. */
  readonly model?: string;
  /** The one they had in Discord when they last used something of ours; left out: they never did. */
  readonly locale?: string;
  /** Superseded ones, too, oldest first. */
  readonly memories: readonly Omit<Memory, 'embedding' | 'hash'>[];
  readonly sessions: readonly {
    readonly channelId: ChannelId;
    readonly title: string;
    /** Oldest first. */
    readonly runs: readonly PastRun[];
  }[];
}

/** What a user can do about what is kept of them. Each method rejects with `StoreError`, or when a file cannot be erased. */
export interface MemoryHouse {
  /** What is known of the user now, the most important first. */
  memories(principal: Principal, options?: Waiting): Promise<readonly Memory[]>;
  /** Erases one memory, with what it had superseded; false when there is no such memory. */
  forgetMemory(principal: Principal, memoryId: string, options?: Waiting): Promise<boolean>;
  /** Stops what is under way there, erases, and lets nothing of it come back. */
  forget(principal: Principal, what: Forget, options?: Waiting): Promise<void>;
  /** Another process has erased or set something of the user: what this one holds of it goes, too. Rejects likewise. */
  changedElsewhere(principal: Principal, what: ChangeOfUser): Promise<void>;
  /** What was said in the user's conversations, for the user's own eyes: at most `limit` runs, the best match first. */
  search(
    principal: Principal,
    query: string,
    options: Waiting & { readonly limit: number },
  ): Promise<readonly PastRun[]>;
  exportAll(principal: Principal, options?: Waiting): Promise<UserExport>;
  settings(principal: Principal, options?: Waiting): Promise<MemorySettings>;
  set(principal: Principal, settings: MemorySettings, options?: Waiting): Promise<void>;
}

/** What teams know of their users, and by what it is found. */
export function openKeeper(
  { memory: { enabled, embedder } }: Config,
  { store, model, clock, log }: KeeperParts,
): MemoryKeeper | undefined {
  if (!enabled) return undefined;
  return createKeeper({
    store: store.memories,
    model,
    clock,
    log,
    newId: randomUUID,
    embedder: embedder === undefined ? undefined : createHttpEmbedder(embedder),
  });
}

export interface KeeperParts {
  readonly store: Store;
  readonly model: ModelPort;
  readonly clock: Clock;
  readonly log: Log;
}

export interface MemoryHouseOptions {
  readonly store: Store;
  /** Left out: nobody is at work, as in a command line. */
  readonly troupe?: Pick<Troupe, 'cancel' | 'dismiss'>;
  /** Left out: runs are not recorded. */
  readonly records?: Pick<Records, 'forget'>;
  /** Called when something of a user was erased or changed: what is in mind of it is to be dropped. */
  readonly onChanged?: (userId: UserId) => void;
  /** Called when a user was forgotten, in whole or in part, here or by another process. */
  readonly onForgotten?: (userId: UserId, what: Forget) => void;
}

/** The memories of a store, and the teams that have some of them in mind. */
export function createMemoryHouse(options: MemoryHouseOptions): MemoryHouse {
  const { store, troupe, records, onChanged, onForgotten } = options;
  const { memories, forgetting } = store;
  /** Before it is erased: nobody goes on working with it. */
  const stop = (userId: UserId, what: ChangeOfUser): void => {
    if (what.kind === 'channel') troupe?.cancel({ userId, channelId: what.channelId });
    if (what.kind === 'everything') troupe?.cancel({ userId });
  };
  /** Once it is erased: nothing of it is left in this process, or in the files that it writes. */
  const letGo = async (userId: UserId, what: ChangeOfUser): Promise<void> => {
    onChanged?.(userId);
    if (what.kind !== 'mind' && what.kind !== 'memory') onForgotten?.(userId, what);
    // Runs were shown what was erased.
    if (what.kind === 'channel') await records?.forget({ userId, channelId: what.channelId });
    else if (what.kind !== 'mind') await records?.forget({ userId });
    // Its actors hold transcripts.
    if (what.kind === 'everything') troupe?.dismiss(userId);
  };
  return {
    memories: async (principal, waiting) => (await memories.known(principal, waiting)).memories,
    async forgetMemory(principal, memoryId, waiting) {
      const erased = await memories.erase(principal, memoryId, waiting);
      await letGo(principal.userId, { kind: 'memory' });
      return erased;
    },
    async forget({ userId }, what, waiting) {
      stop(userId, what);
      await forgetting.forget(userId, what, waiting);
      await letGo(userId, what);
    },
    async changedElsewhere({ userId }, what) {
      stop(userId, what);
      await letGo(userId, what);
    },
    search: (principal, query, options) => store.searchRuns(principal, { ...options, query }),
    exportAll: (principal, waiting) => exportOf(store, principal, waiting),
    settings: async (principal, waiting) => (await memories.known(principal, waiting)).settings,
    async set(principal, settings, waiting) {
      await memories.set(principal, settings, waiting);
      await letGo(principal.userId, { kind: 'mind' });
    },
  };
}

async function exportOf(
  store: Store,
  principal: Principal,
  waiting: Waiting = {},
): Promise<UserExport> {
  const { settings } = await store.memories.known(principal, waiting);
  const all = await store.memories.all(principal, waiting);
  const sessions = await store.sessions(principal, { ...waiting, limit: 10_000 });
  const exported: UserExport['sessions'][number][] = [];
  for (const { channelId, title } of sessions) {
    exported.push({
      channelId,
      title,
      runs: await allRuns(store, { principal, channelId, waiting }),
    });
  }
  const model = await store.places.wishOf(principal, waiting);
  const seen = await store.discordLocales.find(principal.userId);
  if (seen.kind === 'failed') throw new StoreError(seen.failure, 'call');
  return {
    userId: principal.userId,
    settings,
    ...(model === undefined ? {} : { model }),
    ...(seen.locale === undefined ? {} : { locale: seen.locale }),
    memories: all.map(({ embedding: _, hash: __, ...memory }) => memory),
    sessions: exported,
  };
}

const PAGE = 200;

interface Conversation {
  readonly principal: Principal;
  readonly channelId: ChannelId;
  readonly waiting: Waiting;
}

async function allRuns(
  store: Store,
  { principal, channelId, waiting }: Conversation,
): Promise<readonly PastRun[]> {
  const pages: (readonly PastRun[])[] = [];
  for (;;) {
    const before = pages.at(0)?.at(0)?.runId;
    const page = await store.conversation(principal, channelId, {
      ...waiting,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    pages.unshift(page);
    if (page.length < PAGE) return pages.flat();
  }
}
