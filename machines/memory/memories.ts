import type { ChannelId, RunId } from '../ids.ts';

/** What kind of thing is remembered: events pass, preferences and instructions always count. */
export const MEMORY_KINDS = ['fact', 'preference', 'event', 'instruction'] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** Who may read along where something was said: only the asker, as in a direct message, or others, too. */
export type Audience = 'asker' | 'others';

/** What is said in a memory, before it has an id. */
export interface MemoryDraft {
  readonly kind: MemoryKind;
  /** In the user's own words. */
  readonly text: string;
  readonly topics: readonly string[];
  /** From 0 to 1. */
  readonly importance: number;
  /** When what is told takes or took place, in milliseconds since 1970; only for events. */
  readonly eventAt?: number | undefined;
}

/** One thing that a user should not have to say twice, and where it comes from. */
export interface Memory extends MemoryDraft {
  readonly id: string;
  readonly audience: Audience;
  readonly channelId: ChannelId;
  readonly runId: RunId;
  /** The user's own words that it rests on. */
  readonly evidence: string;
  /** Equal for texts that differ in case, spaces and marks only. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** True: the user asked for it to be remembered; it is never given up to make room. */
  readonly askedFor?: boolean | undefined;
  /** When it last had something to do with what was asked. */
  readonly recalledAt?: number | undefined;
  /** Set for one that a later one has taken the place of. */
  readonly supersededAt?: number | undefined;
  readonly supersededBy?: string | undefined;
  /** A unit vector of the embedder named; left out without an embedder. */
  readonly embedding?: Embedding | undefined;
}

export interface Embedding {
  readonly embedder: string;
  readonly vector: Float32Array;
}

/** A change that was checked and can be kept. */
export type MemoryChange =
  | { readonly kind: 'add'; readonly memory: Memory }
  /** The new one takes the old one's place; the old one is kept with the date on which it ceased. */
  | { readonly kind: 'supersede'; readonly id: string; readonly memory: Memory }
  /** To make room: another that is known says the same and stands for it. It is kept with the date on which it ceased. */
  | { readonly kind: 'unite'; readonly id: string; readonly into: string }
  /** To make room: it was of least use. Kept likewise. */
  | { readonly kind: 'retire'; readonly id: string }
  /** At the user's own request: it and what it had superseded are erased, texts in the audit included. */
  | { readonly kind: 'delete'; readonly id: string; readonly runId: RunId };

/** Something the user said that has not been gone through for memories yet. */
export interface Said {
  readonly runId: RunId;
  readonly channelId: ChannelId;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly audience: Audience;
}

/** How a user wants to be remembered. */
export interface MemorySettings {
  /** False: nothing new is remembered and nothing recalled. */
  readonly enabled: boolean;
  /** True: what was said in a direct message may be used where others read along. */
  readonly directEverywhere: boolean;
}

export const DEFAULT_MEMORY_SETTINGS: MemorySettings = { enabled: true, directEverywhere: false };
