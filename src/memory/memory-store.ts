import type { Usage } from '../../machines/conversation.ts';
import type { RunId, UserId } from '../../machines/ids.ts';
import type { Memory, MemoryChange, MemorySettings, Said } from '../../machines/memory/memories.ts';
import type { OutgrownSession, SessionSummary } from '../../machines/memory/summaries.ts';

interface Options {
  readonly signal?: AbortSignal;
}

interface Owner {
  readonly userId: UserId;
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
    readonly asOf: number;
  }>;
  /** The number of the last change of what is kept of them, by whomever it was made. */
  lastChange(owner: Owner, options?: Options): Promise<number>;
  unread(owner: Owner, limit: number, options?: Options): Promise<readonly Said[]>;
  apply(
    owner: Owner,
    reading: {
      readonly changes: readonly MemoryChange[];
      readonly read: readonly RunId[];
      readonly recalled?: readonly string[];
      readonly usage?: Usage;
    },
    options?: Options,
  ): Promise<readonly string[]>;
  /** The session that has outgrown its summary most, if there is one. */
  outgrown(owner: Owner, options?: Options): Promise<OutgrownSession | undefined>;
  summarised(owner: Owner, summary: SessionSummary, options?: Options): Promise<void>;
}
