import type {
  ArchivedChannel,
  ArchivedMessage,
  Reach,
} from '../../../machines/archive/archived.ts';
import type { ChannelId } from '../../../machines/ids.ts';

/** Messages after which how far a channel reaches is written again. */
const REACH_EVERY = 50;

interface Entry {
  readonly channel: ArchivedChannel;
  readonly reach: Reach;
  /** Messages since it was written. */
  readonly heard: number;
}

/** Writes how far a channel reaches. Never rejects. */
export type WriteReach = (channel: ArchivedChannel, reach: Reach) => Promise<void>;

/** The channels without a hole: what is heard there reaches on from what was read. */
export class ReachBook {
  readonly #entries = new Map<ChannelId, Entry>();
  readonly #write: WriteReach;

  constructor(write: WriteReach) {
    this.#write = write;
  }

  open(channel: ArchivedChannel, reach: Reach): void {
    this.#entries.set(channel.channelId, { channel, reach, heard: 0 });
  }

  /** There may be a hole now. Gives back the channel, if there was none before. */
  close(channelId: ChannelId): ArchivedChannel | undefined {
    const channel = this.#entries.get(channelId)?.channel;
    this.#entries.delete(channelId);
    return channel;
  }

  kept(messages: readonly ArchivedMessage[]): void {
    for (const { channelId, position } of messages) {
      const entry = this.#entries.get(channelId);
      if (entry === undefined || BigInt(position) <= BigInt(entry.reach.newest)) continue;
      const reach = { ...entry.reach, newest: position };
      const heard = (entry.heard + 1) % REACH_EVERY;
      this.#entries.set(channelId, { ...entry, reach, heard });
      if (heard === 0) void this.#write(entry.channel, reach);
    }
  }

  /** Writes what has not been written: the next start reads on from there. */
  async leave(): Promise<void> {
    for (const [channelId, { channel, reach, heard }] of this.#entries) {
      this.#entries.delete(channelId);
      if (heard > 0) await this.#write(channel, reach);
    }
  }
}
