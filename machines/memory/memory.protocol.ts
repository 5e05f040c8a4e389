import type { Usage } from '../conversation.ts';
import type { Failure } from '../failure.ts';
import type { RunId } from '../ids.ts';
import type { Recalled } from '../ports.ts';
import type { Question, RunRef } from '../question.ts';
import type { TeamRef } from '../team/team.protocol.ts';
import type { MemoryChange } from './memories.ts';

/** What the memory of a team can be told. */
export type MemoryCommand =
  /** The user said something, and it is kept. `urgent`: they asked for it to be remembered or forgotten. */
  | { readonly type: 'memory.heard'; readonly urgent: boolean }
  /** The team leaves: what waits is gone through now, as far as there is time; the rest waits in its rows. */
  | { readonly type: 'memory.drain' };

/** What came of going through what was said. */
export type MemoryReading =
  | {
      readonly kind: 'read';
      /** Checked; what did not hold is not among them. */
      readonly changes: readonly MemoryChange[];
      /** What was gone through, and need not be again. */
      readonly runs: readonly RunId[];
      readonly usage: Usage;
      /** There is more than one batch holds. */
      readonly more: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type MemoryKept =
  | { readonly kind: 'kept' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the port `keepMemories` is asked. */
export interface KeepMemories {
  readonly team: TeamRef;
  readonly reading: MemoryReading & { readonly kind: 'read' };
}

export interface MemoryInput {
  readonly team: TeamRef;
  /** What an earlier life left to be gone through. */
  readonly unread: number;
  readonly limits: MemoryLimits;
}

export interface MemoryLimits {
  /** So many messages are gone through at once, without waiting for quiet. */
  readonly batch: number;
  /** So long nothing is said before a smaller batch is gone through. */
  readonly quietMs: number;
  /** How often one batch is tried before it is left to the next occasion. */
  readonly tries: number;
  readonly backoffFirstMs: number;
  readonly backoffLongestMs: number;
  /** What a memory that leaves may take to go through what waits. */
  readonly flushMs: number;
}

export const DEFAULT_MEMORY_LIMITS: MemoryLimits = {
  batch: 5,
  quietMs: 60_000,
  tries: 4,
  backoffFirstMs: 2_000,
  backoffLongestMs: 60_000,
  flushMs: 2_000,
};

/** What is known of users. Never rejects on what a database, a network or a model can do; always settles. */
export interface MemoryPort {
  /** Reads what is known of a team's user; gives back how much of what they said has not been gone through. */
  open(team: TeamRef, options: { readonly signal: AbortSignal }): Promise<number>;
  /** What is known and may matter to this question. */
  recall(
    run: RunRef,
    question: Question,
    options: { readonly signal: AbortSignal },
  ): Promise<Recalled | undefined>;
  /** The run is over; true when the user asked in it for something to be remembered or forgotten. */
  ended(run: RunRef, question: Question): boolean;
  /** Goes through what was said and proposes changes, each of them checked. */
  read(team: TeamRef, options: { readonly signal: AbortSignal }): Promise<MemoryReading>;
  keep(request: KeepMemories, options: { readonly signal: AbortSignal }): Promise<MemoryKept>;
  /** Puts into short what sessions hold beyond what a run is shown. */
  summarise(team: TeamRef, options: { readonly signal: AbortSignal }): Promise<MemoryKept>;
  /** The team is gone: what was kept in mind for it is dropped. */
  close(team: TeamRef): void;
}
