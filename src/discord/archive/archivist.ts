import type {
  ArchivedChannel,
  ArchivedMessage,
  Reach,
} from '../../../machines/archive/archived.ts';
import { beginSync, nextPage, type Sync, takePage } from '../../../machines/archive/sync.ts';
import type { ChannelId } from '../../../machines/ids.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { messageOf } from '../../shared/thrown.ts';
import type { ArchiveStore, ReadPage } from './archive-ports.ts';
import { LiveWrites } from './live-writes.ts';
import { backoffMs, pause } from './pause.ts';
import { ReachBook } from './reach-book.ts';

export interface ArchivistOptions {
  readonly store: ArchiveStore;
  readonly readPage: ReadPage;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages that a start may read of a channel, in each direction; 0: none are read. */
  readonly limit: number;
}

/** How far the archive of a channel is. */
export interface ArchiveProgress {
  readonly channelId: ChannelId;
  readonly state: 'waiting' | 'reading' | 'done' | 'unreadable' | 'failed';
  /** Messages that this life has read of it. */
  readonly fetched: number;
  /** It reaches to the channel's beginning. */
  readonly complete: boolean;
}

/** Keeps the archive: what happens is written at once, what happened before is read page by page. Nothing here rejects. */
export interface Archivist {
  /** A message was written or edited. */
  heard(message: ArchivedMessage): void;
  removed(channelId: ChannelId, ids: readonly string[]): void;
  /** Brings these channels up to date, one after the other: after each start, and when events may have been missed. */
  sync(channels: readonly ArchivedChannel[]): void;
  progress(): readonly ArchiveProgress[];
  /** When nothing is left to read or to write. */
  idle(): Promise<void>;
  /** Ends what it does; what is not read is read at the next start. */
  close(): Promise<void>;
}

export function createArchivist(options: ArchivistOptions): Archivist {
  const closing = new AbortController();
  const archivist = new Worker(options, closing.signal);
  return {
    heard: (message) => archivist.heard(message),
    removed: (channelId, ids) => archivist.removed(channelId, ids),
    sync: (channels) => archivist.sync(channels),
    progress: () => archivist.progress(),
    idle: () => archivist.idle(),
    async close() {
      closing.abort();
      await archivist.idle();
      await archivist.leave();
    },
  };
}

const MAX_FAILURES = 5;
/** Deleted while a page with them was on its way: nothing brings them back. */
const MAX_GONE = 10_000;
class Worker {
  readonly #options: ArchivistOptions;
  readonly #signal: AbortSignal;
  readonly #live: LiveWrites;
  readonly #queue = new Map<ChannelId, ArchivedChannel>();
  readonly #progress = new Map<ChannelId, ArchiveProgress>();
  readonly #gone = new Set<string>();
  readonly #reaches: ReachBook;
  #reading: Promise<void> | undefined;

  constructor(options: ArchivistOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    const { store, clock, log } = options;
    this.#live = new LiveWrites({
      store,
      clock,
      log,
      signal,
      onKept: (messages) => this.#reaches.kept(messages),
      onLost: (channelId) => this.#lost(channelId),
    });
    this.#reaches = new ReachBook((channel, reach) => this.#keepReach(channel, reach));
  }

  heard(message: ArchivedMessage): void {
    if (!this.#signal.aborted) this.#live.add({ kind: 'heard', message });
  }

  removed(channelId: ChannelId, ids: readonly string[]): void {
    for (const id of ids) this.#gone.add(id);
    for (const id of this.#gone) {
      if (this.#gone.size <= MAX_GONE) break;
      this.#gone.delete(id);
    }
    if (!this.#signal.aborted) this.#live.add({ kind: 'removed', channelId, ids });
  }

  sync(channels: readonly ArchivedChannel[]): void {
    for (const channel of channels) {
      const { channelId } = channel;
      this.#reaches.close(channelId);
      this.#queue.set(channelId, channel);
      this.#tell({ channelId, state: 'waiting', fetched: 0, complete: false });
    }
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
  }

  progress(): readonly ArchiveProgress[] {
    return [...this.#progress.values()];
  }

  async idle(): Promise<void> {
    while (this.#reading !== undefined) await this.#reading;
    await this.#live.idle();
  }

  leave(): Promise<void> {
    return this.#reaches.leave();
  }

  /** Something that was heard could not be kept: it is read when the store is back. */
  #lost(channelId: ChannelId): void {
    const channel = this.#reaches.close(channelId);
    if (channel !== undefined) this.sync([channel]);
  }

  async #readAll(): Promise<void> {
    for (const [channelId, channel] of this.#queue) {
      if (this.#signal.aborted) return;
      this.#queue.delete(channelId);
      await this.#bringUpToDate(channel);
    }
  }

  async #bringUpToDate(channel: ArchivedChannel): Promise<void> {
    const { clock, log } = this.#options;
    const { channelId } = channel;
    for (let failures = 0; !this.#signal.aborted; failures++) {
      const ended = await this.#attempt(channel);
      if (ended.kind === 'read' || this.#signal.aborted) return;
      log.warn('archive.interrupted', { channelId, why: ended.why });
      if (ended.kind === 'failed' && failures >= MAX_FAILURES) {
        this.#tell({ ...this.#told(channelId), state: 'failed' });
        return;
      }
      await pause(clock, ended.retryAfterMs ?? backoffMs(failures), this.#signal);
    }
  }

  async #attempt(channel: ArchivedChannel): Promise<ReadEnd> {
    const { store, limit } = this.#options;
    try {
      const reach = await store.reach(channel.channelId, { signal: this.#signal });
      return await this.#read(beginSync(channel, reach, limit));
    } catch (error) {
      return { kind: 'not_kept', why: messageOf(error) };
    }
  }

  /** Page after page, until there is none to read. Each page is kept before the next is asked for. */
  async #read(from: Sync): Promise<ReadEnd> {
    const { readPage, clock, log } = this.#options;
    const { channel } = from;
    const { channelId } = channel;
    let sync = from;
    for (let request = nextPage(sync); request !== undefined; request = nextPage(sync)) {
      const at = clock.now();
      const result = await readPage(channel, request, { signal: this.#signal });
      if (this.#signal.aborted) return { kind: 'read' };
      if (result.kind === 'failed') return result;
      if (result.kind === 'unreadable') {
        log.warn('archive.unreadable', { channelId, why: result.why });
        this.#tell({ ...this.#told(channelId), state: 'unreadable' });
        return { kind: 'read' };
      }
      sync = await this.#keepPage(sync, { messages: result.messages, at });
      const complete = sync.reach?.complete ?? false;
      this.#tell({ channelId, state: 'reading', fetched: sync.fetched, complete });
    }
    this.#ended(sync);
    return { kind: 'read' };
  }

  async #keepPage(
    sync: Sync,
    page: { readonly messages: readonly ArchivedMessage[]; readonly at: number },
  ): Promise<Sync> {
    const { store } = this.#options;
    const options = { signal: this.#signal };
    const { sync: next, compare } = takePage(sync, page);
    const isGone = ({ id }: ArchivedMessage): boolean => this.#gone.has(id);
    const kept = page.messages.filter((message) => !isGone(message));
    await store.keep(kept, options);
    // Removed while they were being kept.
    const late = kept.filter(isGone).map(({ id }) => id);
    await store.drop(sync.channel.channelId, late, options);
    if (compare !== undefined) await store.compare(compare, options);
    if (next.reach !== undefined) await store.reached(sync.channel, next.reach, options);
    return next;
  }

  #ended({ channel, reach, fetched }: Sync): void {
    const { channelId } = channel;
    const complete = reach?.complete ?? false;
    this.#tell({ channelId, state: 'done', fetched, complete });
    if (reach !== undefined) this.#reaches.open(channel, reach);
    this.#options.log.info('archive.synced', { channelId, fetched, complete });
  }

  /** Not written is no loss: the next start reads a little more. */
  async #keepReach(channel: ArchivedChannel, reach: Reach): Promise<void> {
    try {
      await this.#options.store.reached(channel, reach);
    } catch (error) {
      const { channelId } = channel;
      this.#options.log.warn('archive.reach_not_written', { channelId, why: messageOf(error) });
    }
  }

  #told(channelId: ChannelId): ArchiveProgress {
    return (
      this.#progress.get(channelId) ?? { channelId, state: 'waiting', fetched: 0, complete: false }
    );
  }

  #tell(progress: ArchiveProgress): void {
    this.#progress.set(progress.channelId, progress);
  }
}

type ReadEnd =
  | { readonly kind: 'read' }
  /** `not_kept`: the store is away, and is waited for. */
  | {
      readonly kind: 'failed' | 'not_kept';
      readonly why: string;
      readonly retryAfterMs?: number;
    };
