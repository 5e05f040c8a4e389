import type { ArchivedMessage } from '../../../machines/archive/archived.ts';
import type { ChannelId } from '../../../machines/ids.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { messageOf } from '../../shared/thrown.ts';
import type { ArchiveStore } from './archive-ports.ts';
import { backoffMs, pause } from './pause.ts';

/** What happens in channels while we listen. */
export type Live =
  | { readonly kind: 'heard'; readonly message: ArchivedMessage }
  | { readonly kind: 'removed'; readonly channelId: ChannelId; readonly ids: readonly string[] };

export interface LiveOptions {
  readonly store: ArchiveStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Ended: what waits is given up. */
  readonly signal: AbortSignal;
  onKept(messages: readonly ArchivedMessage[]): void;
  /** Something of this channel had to be given up: it has to be read again. */
  onLost(channelId: ChannelId): void;
}

/** Messages in one statement. */
const BATCH = 100;
/** What waits for a store that is away: memory is bounded, and the rest is read again later. */
const MAX_WAITING = 5_000;

/** Writes what happens in its order, however long the store is away. */
export class LiveWrites {
  readonly #options: LiveOptions;
  readonly #waiting: Live[] = [];
  #pump: Promise<void> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  add(live: Live): void {
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(live);
    else this.#options.onLost(channelOf(live));
    this.#pump ??= this.#write().finally(() => {
      this.#pump = undefined;
    });
  }

  /** When all that has happened so far is written or given up. */
  async idle(): Promise<void> {
    await this.#pump;
  }

  async #write(): Promise<void> {
    const { clock, log, signal } = this.#options;
    let failures = 0;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const batch = this.#nextBatch();
      try {
        await this.#writeBatch(batch);
        this.#waiting.splice(0, batch.length);
        failures = 0;
      } catch (error) {
        log.warn('archive.not_written', { waiting: this.#waiting.length, why: messageOf(error) });
        await pause(clock, backoffMs(failures), signal);
        failures += 1;
      }
    }
  }

  /** Either messages or one removal: so their order is kept. */
  #nextBatch(): readonly Live[] {
    const end = this.#waiting.findIndex(({ kind }) => kind === 'removed');
    if (end === 0) return this.#waiting.slice(0, 1);
    return this.#waiting.slice(0, Math.min(BATCH, end === -1 ? BATCH : end));
  }

  async #writeBatch(batch: readonly Live[]): Promise<void> {
    const { store, onKept } = this.#options;
    const [first] = batch;
    if (first?.kind === 'removed') {
      await store.drop(first.channelId, first.ids);
      return;
    }
    const messages = batch.flatMap((live) => (live.kind === 'heard' ? [live.message] : []));
    await store.keep(messages);
    onKept(messages);
  }
}

const channelOf = (live: Live): ChannelId =>
  live.kind === 'heard' ? live.message.channelId : live.channelId;
