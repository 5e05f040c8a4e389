import {
  type Client,
  GatewayDispatchEvents as dispatched,
  Events,
  type GatewayMessageCreateDispatchData,
  type GatewayMessageDeleteBulkDispatchData,
  type GatewayMessageDeleteDispatchData,
  type GatewayMessageUpdateDispatchData,
} from 'discord.js';
import type { Failure } from '../../../machines/failure.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { ChannelRest } from '../rest.ts';
import {
  type CatchUpOptions,
  type Missed,
  missedElsewhere,
  missedOn,
  readMissed,
  type StreamProgress,
} from './catch-up.ts';
import { ChannelLines } from './channel-lines.ts';
import { type HeardMessage, heard } from './heard.ts';
import type { Intake } from './intake.ts';
import { ShardGaps } from './shard-gaps.ts';
import { Tide } from './tide.ts';

/** Whoever listens along, such as an archive. Nothing here throws. */
export interface Listener {
  written?(message: HeardMessage): void;
  edited?(message: HeardMessage): void;
  erased?(where: { readonly channelId: string; readonly messageIds: readonly string[] }): void;
}

export interface EarsOptions {
  readonly intake: Intake;
  readonly rest: ChannelRest;
  readonly clock: Clock;
  readonly log: Log;
  readonly listeners: readonly Listener[];
  /** A question was edited. */
  readonly onEdited: (message: HeardMessage) => Promise<void>;
  /** A message was deleted. */
  readonly onErased: (messageId: string) => Promise<void>;
  /** How far an earlier life has come; zero at the very first start. */
  readonly since: number;
  readonly streams: readonly StreamProgress[];
  /** Keeps how far everything was taken up. */
  readonly reached: (position: number) => Promise<Failure | undefined>;
}

const KEPT_EVERY_MS = 15_000;

/** Hears messages, one after the other in each channel, and what was written while nobody heard. */
export class Ears {
  readonly #options: EarsOptions;
  readonly #lines = new ChannelLines();
  readonly #tide: Tide;
  readonly #closing = new AbortController();
  readonly #gaps: ShardGaps;
  /** Since when direct messages and what no server lists may have been missed. */
  #lostElsewhere: number | undefined;
  #kept = 0;
  #timer: unknown;

  constructor(options: EarsOptions) {
    this.#options = options;
    this.#gaps = new ShardGaps(options.since === 0 ? undefined : options.since);
    this.#tide = new Tide(options.since === 0 ? options.clock.now() : options.since);
    this.#keepOn();
  }

  listenTo(client: Client): void {
    const { listeners, onEdited, onErased } = this.#options;
    client.ws.on(
      dispatched.MessageCreate,
      (raw: GatewayMessageCreateDispatchData, shard: number) => {
        if (this.#closing.signal.aborted) return;
        const message = heard(raw);
        this.#gaps.heard(shard, message.at);
        for (const listener of listeners) listener.written?.(message);
        this.#take(message);
      },
    );
    client.ws.on(dispatched.MessageUpdate, (raw: GatewayMessageUpdateDispatchData) => {
      // What is not edited by a person is a preview that Discord adds.
      if (this.#closing.signal.aborted || raw.edited_timestamp === null) return;
      const message = heard(raw);
      for (const listener of listeners) listener.edited?.(message);
      this.#lines.run(message.channelId, () => onEdited(message));
    });
    client.ws.on(dispatched.MessageDelete, (raw: GatewayMessageDeleteDispatchData) => {
      const { id, channel_id: channelId } = raw;
      for (const listener of listeners) listener.erased?.({ channelId, messageIds: [id] });
      this.#lines.run(channelId, () => onErased(id));
    });
    client.ws.on(dispatched.MessageDeleteBulk, (raw: GatewayMessageDeleteBulkDispatchData) => {
      const { ids: messageIds, channel_id: channelId } = raw;
      for (const listener of listeners) listener.erased?.({ channelId, messageIds });
      for (const id of messageIds) this.#lines.run(channelId, () => onErased(id));
    });
    this.#followShards(client);
  }

  #followShards(client: Client): void {
    this.#gaps.allLost();
    client.on(Events.ShardReconnecting, (shard) => this.#gaps.lost(shard));
    client.on(Events.ShardResume, (shard) => this.#gaps.resumed(shard));
    client.on(Events.ShardReady, (shard) => {
      const since = this.#gaps.ready(shard, this.#options.clock.now());
      if (since === undefined) return;
      const options = this.#catchingUp(client, since);
      this.#catchUp(missedOn(shard, options), options);
      this.#lostElsewhere = Math.min(since, this.#lostElsewhere ?? since);
      this.#catchUpElsewhere(client);
    });
    client.on(Events.ClientReady, () => this.#catchUpElsewhere(client));
  }

  /** Does something in a channel's order. */
  run(channelId: string, work: () => Promise<void>): void {
    this.#lines.run(channelId, work);
  }

  /** Hears nothing more; resolves when what was heard is kept, or left to the next life. */
  async close(): Promise<void> {
    const { clock, intake } = this.#options;
    this.#closing.abort();
    intake.close();
    clock.clearTimeout(this.#timer);
    await this.#lines.ended();
    await this.#keep();
  }

  #take(message: HeardMessage, since?: number): void {
    const { id, channelId, at } = message;
    this.#tide.begin(id, at);
    this.#lines.run(channelId, () => this.#takeNow(message, since));
  }

  async #takeNow(message: HeardMessage, since?: number): Promise<void> {
    const taken = await this.#options.intake.take(message, since);
    this.#tide.end(message.id, taken === 'left' ? 'left' : 'done');
  }

  /** Once all servers are known, everything else can be looked into. */
  #catchUpElsewhere(client: Client): void {
    const since = this.#lostElsewhere;
    if (since === undefined || !client.isReady()) return;
    this.#lostElsewhere = undefined;
    const options = this.#catchingUp(client, since);
    this.#catchUp(missedElsewhere(options), options);
  }

  #catchingUp(client: Client, since: number): CatchUpOptions {
    const { clock, rest, log, streams } = this.#options;
    const { signal } = this.#closing;
    return { client, rest, log, since, streams, now: clock.now(), signal };
  }

  #catchUp(missed: readonly Missed[], options: CatchUpOptions): void {
    const { log, since } = options;
    if (missed.length > 0) log.info('discord.catching_up', { channels: missed.length, since });
    for (const one of missed) {
      const mark = `missed in ${one.channelId}`;
      this.#tide.begin(mark, since);
      this.#lines.run(one.channelId, async () => {
        const isDone = await this.#takeMissed(one, options);
        this.#tide.end(mark, isDone ? 'done' : 'left');
      });
    }
  }

  async #takeMissed(missed: Missed, options: CatchUpOptions): Promise<boolean> {
    for await (const message of readMissed(missed, options)) {
      if (message === 'unread') return false;
      const taken = await this.#options.intake.take(message, options.since);
      if (taken === 'left') return false;
    }
    return !this.#closing.signal.aborted;
  }

  #keepOn(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimeout(() => {
      void this.#keep().finally(() => {
        if (!this.#closing.signal.aborted) this.#keepOn();
      });
    }, KEPT_EVERY_MS);
  }

  async #keep(): Promise<void> {
    const position = this.#tide.position();
    if (position <= this.#kept) return;
    const failed = await this.#options.reached(position);
    if (failed === undefined) this.#kept = position;
    else this.#options.log.warn('discord.position_not_kept', { why: failed.message });
  }
}
