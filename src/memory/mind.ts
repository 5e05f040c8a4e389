import type { UserId } from '../../machines/ids.ts';
import type { Memory, MemorySettings } from '../../machines/memory/memories.ts';
import type { ModelPort } from '../../machines/ports.ts';
import type { TeamRef } from '../../machines/team/team.protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';
import type { Embedder } from './embedder.ts';
import { embedQuery } from './embedding.ts';
import type { MemoryStore } from './memory-store.ts';
import { createRanking, type Ranked, type Ranking } from './ranking.ts';

export interface KeeperOptions {
  readonly store: MemoryStore;
  readonly model: ModelPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Left out: memories are found by their words alone. */
  readonly embedder?: Embedder | undefined;
}

/** What is in mind of one user while their team lives. */
export interface Mind {
  readonly team: TeamRef;
  memories: readonly Memory[];
  settings: MemorySettings;
  /** Made when it is first needed. */
  ranking: Ranking | undefined;
  /** It must be read again before it is used. */
  isStale: boolean;
  /** The last change of what is kept of the user that is in it. */
  asOf: number;
  /** How often it was found to be stale. */
  changes: number;
  /** Ids of memories that had something to do with what was asked, until that is kept. */
  readonly recalled: Set<string>;
  /** Readings in a row that gave no proposals that could be read. */
  unreadable: number;
}

/** The minds of the teams that are alive. */
export interface Minds {
  /** Begins to know a user; gives back how much of what they said has not been gone through. */
  open(team: TeamRef, signal: AbortSignal): Promise<number>;
  /** What is in mind of the user, read anew if it must be; nothing when it cannot be read, or is not wanted. */
  wanted(userId: UserId, signal: AbortSignal): Promise<Mind | undefined>;
  /** Likewise, also when another process has changed what is kept. */
  upToDate(userId: UserId, signal: AbortSignal): Promise<Mind | undefined>;
  of(team: TeamRef): Mind | undefined;
  /** Reads it anew. Never rejects: what cannot be read stays stale. */
  read(mind: Mind, signal: AbortSignal): Promise<number>;
  /** Memories that have something to do with a text, the best first. */
  rank(mind: Mind, text: string, signal: AbortSignal): Promise<readonly Ranked[]>;
  /** What is in mind of the user does not hold any more. */
  drop(userId: UserId): void;
  /** Likewise, and it is read anew at once; who asks meanwhile does not go by what was known before. */
  renew(mind: Mind, signal: AbortSignal): Promise<void>;
  close(team: TeamRef): void;
}

export function createMinds({ store, clock, log, embedder }: KeeperOptions): Minds {
  const minds = new Map<UserId, Mind>();
  const read = async (mind: Mind, signal: AbortSignal): Promise<number> => {
    try {
      const before = mind.changes;
      const { memories, settings, unread, asOf } = await store.known(mind.team, { signal });
      // Something was changed while it was read: what was read may be of before.
      if (before !== mind.changes) return await read(mind, signal);
      Object.assign(mind, { memories, settings, asOf, ranking: undefined, isStale: false });
      return unread;
    } catch (error) {
      log.warn('memory.not_read', { userId: mind.team.userId, why: messageOf(error) });
      return 0;
    }
  };
  const wanted = async (userId: UserId, signal: AbortSignal): Promise<Mind | undefined> => {
    const mind = minds.get(userId);
    if (mind?.isStale === true) await read(mind, signal);
    return mind?.isStale === false && mind.settings.enabled ? mind : undefined;
  };
  /** What cannot be compared is not used. */
  const compare = async (mind: Mind, signal: AbortSignal): Promise<void> => {
    const kept = await store.lastChange(mind.team, { signal }).catch(() => undefined);
    if (kept === undefined || kept > mind.asOf) blank(mind);
  };
  const of = ({ userId, epoch }: TeamRef): Mind | undefined => {
    const mind = minds.get(userId);
    return mind?.team.epoch === epoch ? mind : undefined;
  };
  return {
    of,
    read,
    open(team, signal) {
      const mind: Mind = { team, ...NOTHING_KNOWN, changes: 0, recalled: new Set(), unreadable: 0 };
      minds.set(team.userId, mind);
      return read(mind, signal);
    },
    wanted,
    async upToDate(userId, signal) {
      const mind = minds.get(userId);
      if (mind !== undefined) await compare(mind, signal);
      return wanted(userId, signal);
    },
    async rank(mind, text, signal) {
      const embedding = await embedQuery(text, { embedder, clock, log, signal });
      mind.ranking ??= createRanking(mind.memories);
      return mind.ranking.rank({ text, embedding, now: clock.now() });
    },
    drop(userId) {
      const mind = minds.get(userId);
      if (mind !== undefined) blank(mind);
    },
    async renew(mind, signal) {
      blank(mind);
      await read(mind, signal);
    },
    close(team) {
      if (of(team) !== undefined) minds.delete(team.userId);
    },
  };
}

const blank = (mind: Mind): void => {
  Object.assign(mind, NOTHING_KNOWN, { changes: mind.changes + 1 });
};

/** Until the store was read, nothing is known and nothing is used. */
const NOTHING_KNOWN = {
  memories: [],
  settings: { enabled: false, directEverywhere: false },
  asOf: 0,
  ranking: undefined,
  isStale: true,
} as const;
