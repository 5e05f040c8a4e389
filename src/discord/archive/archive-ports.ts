import type {
  ArchivedChannel,
  ArchivedMessage,
  Reach,
  Stretch,
} from '../../../machines/archive/archived.ts';
import type { PageRequest } from '../../../machines/archive/sync.ts';
import type { ChannelId } from '../../../machines/ids.ts';

/** Where messages are kept. Each method rejects when they cannot be. */
export interface ArchiveStore {
  /** Nothing that its author has asked to be forgotten, nothing older than what is there. */
  keep(messages: readonly ArchivedMessage[], options?: CallOptions): Promise<number>;
  drop(channelId: ChannelId, ids: readonly string[], options?: CallOptions): Promise<number>;
  /** Drops what is not in the stretch any more. */
  compare(stretch: Stretch, options?: CallOptions): Promise<number>;
  reach(channelId: ChannelId, options?: CallOptions): Promise<Reach | undefined>;
  reached(channel: ArchivedChannel, reach: Reach, options?: CallOptions): Promise<void>;
}

interface CallOptions {
  readonly signal?: AbortSignal;
}

export type PageResult =
  /** All that there is in the page, newest first. */
  | { readonly kind: 'page'; readonly messages: readonly ArchivedMessage[] }
  /** The history may not be read, so that an empty page would say nothing; or the channel is gone. */
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs?: number };

/** Reads a page of a channel. Never rejects; settles soon when the signal is aborted. */
export type ReadPage = (
  channel: ArchivedChannel,
  request: PageRequest,
  options: { readonly signal: AbortSignal },
) => Promise<PageResult>;
