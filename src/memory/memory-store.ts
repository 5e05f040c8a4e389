import type { Usage } from '../../machines/conversation.ts';
import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Memory, MemoryChange, MemorySettings, Said } from '../../machines/memory/memories.ts';

interface Options {
  readonly signal?: AbortSignal;
}

interface Owner {
  readonly userId: UserId;
}

/** A session that holds more than a run is shown. */
export interface OutgrownSession {
  readonly channelId: ChannelId;
  readonly summary: string | undefined;
  /** What the summary does not cover yet, oldest first; the latest runs are left out, since a run is shown those. */
  readonly runs: readonly {
    readonly runId: RunId;
    readonly question: string;
    readonly answer: string;
    readonly endedAt: number;
  }[];
}

/** A session's new summary, and how far it reaches. */
export interface SessionSummary {
  readonly channelId: ChannelId;
  readonly summary: string;
  readonly summarisedTo: number;
  readonly usage: Usage;
}

/** Where memories are kept, as the keeper needs it. Methods reject with an `Error` on what a database can do. */
export interface MemoryStore {
  known(
    owner: Owner,
    options?: Options,
  ): Promise<{
    readonly memories: readonly Memory[];
    readonly settings: MemorySettings;
    readonly unread: number;
  }>;
  unread(owner: Owner, limit: number, options?: Options): Promise<readonly Said[]>;
  apply(
    owner: Owner,
    reading: {
      readonly changes: readonly MemoryChange[];
      readonly read: readonly RunId[];
      readonly usage?: Usage;
    },
    options?: Options,
  ): Promise<readonly string[]>;
  /** The session that has outgrown its summary most, if there is one. */
  outgrown(owner: Owner, options?: Options): Promise<OutgrownSession | undefined>;
  summarised(owner: Owner, summary: SessionSummary, options?: Options): Promise<void>;
}
