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
  /** Readings in a row that gave no proposals that could be read. */
  unreadable: number;
}

/** The minds of the teams that are alive. */
export interface Minds {
  /** Begins to know a user; gives back how much of what they said has not been gone through. */
  open(team: TeamRef, signal: AbortSignal): Promise<number>;
  /** What is in mind of the user, read anew if it must be; nothing when it cannot be read, or is not wanted. */
  wanted(userId: UserId, signal: AbortSignal): Promise<Mind | undefined>;
  of(team: TeamRef): Mind | undefined;
  load(mind: Mind, signal: AbortSignal): Promise<number>;
  /** Memories that have something to do with a text, the best first. */
  rank(mind: Mind, text: string, signal: AbortSignal): Promise<readonly Ranked[]>;
  /** What is in mind of the user does not hold any more. */
  drop(userId: UserId): void;
  close(team: TeamRef): void;
}

export function createMinds({ store, clock, log, embedder }: KeeperOptions): Minds {
  const minds = new Map<UserId, Mind>();
  const load = async (mind: Mind, signal: AbortSignal): Promise<number> => {
    mind.isStale = false;
    try {
      const { memories, settings, unread } = await store.known(mind.team, { signal });
      // It was dropped while it was read: what was read may be of before.
      if (mind.isStale) return 0;
      Object.assign(mind, { memories, settings, ranking: undefined });
      return unread;
    } catch (error) {
      mind.isStale = true;
      log.warn('memory.not_read', { userId: mind.team.userId, why: messageOf(error) });
      return 0;
    }
  };
  const of = ({ userId, epoch }: TeamRef): Mind | undefined => {
    const mind = minds.get(userId);
    return mind?.team.epoch === epoch ? mind : undefined;
  };
  return {
    of,
    load,
    open(team, signal) {
      const mind: Mind = { team, ...NOTHING_KNOWN, unreadable: 0 };
      minds.set(team.userId, mind);
      return load(mind, signal);
    },
    async wanted(userId, signal) {
      const mind = minds.get(userId);
      if (mind?.isStale === true) await load(mind, signal);
      return mind?.isStale === false && mind.settings.enabled ? mind : undefined;
    },
    async rank(mind, text, signal) {
      const embedding = await embedQuery(text, { embedder, clock, log, signal });
      mind.ranking ??= createRanking(mind.memories);
      return mind.ranking.rank({ text, embedding, now: clock.now() });
    },
    drop(userId) {
      const mind = minds.get(userId);
      if (mind !== undefined) Object.assign(mind, NOTHING_KNOWN);
    },
    close(team) {
      if (of(team) !== undefined) minds.delete(team.userId);
    },
  };
}

/** Until the store was read, nothing is known and nothing is used. */
const NOTHING_KNOWN = {
  memories: [],
  settings: { enabled: false, directEverywhere: false },
  ranking: undefined,
  isStale: true,
} as const;
