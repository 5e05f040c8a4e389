import { type Client, Events, Status } from 'discord.js';
import type { Clock } from '../../shared/clock.ts';

/** When a connection counts as deaf. */
export interface Deafness {
  readonly lookEveryMs: number;
  /** Without a word of Discord's, be it an event or the answer to a heartbeat. These come every 41 seconds. */
  readonly silentMs: number;
}

export const USUAL_DEAFNESS: Deafness = { lookEveryMs: 30_000, silentMs: 180_000 };

export interface HearingOptions {
  readonly clock: Clock;
  readonly deafness: Deafness;
  /** Called once: a client that hears nothing is not believed any more, whatever it says of itself. */
  readonly onDeaf: (silentMs: number) => void;
}

/** Notices a client that looks connected and hears nothing. Gives back the way to stop that. */
export function watchHearing(
  client: Client,
  { clock, deafness, onDeaf }: HearingOptions,
): () => void {
  const since = clock.now();
  const heardAt = new Map<number, number>();
  let timer: unknown;
  const hear = (_packet: unknown, shard: number): void => {
    heardAt.set(shard, clock.now());
  };
  client.on(Events.Raw, hear);
  const look = (): void => {
    // One that hears does not hear for the others.
    const lastHeard = client.ws.shards.map(({ id, status, lastPingTimestamp }) =>
      Math.max(since, heardAt.get(id) ?? 0, status === Status.Ready ? lastPingTimestamp : 0),
    );
    const silentMs = clock.now() - Math.min(...lastHeard, clock.now());
    if (silentMs < deafness.silentMs) timer = clock.setTimeout(look, deafness.lookEveryMs);
    else onDeaf(silentMs);
  };
  timer = clock.setTimeout(look, deafness.lookEveryMs);
  return () => {
    clock.clearTimeout(timer);
    client.off(Events.Raw, hear);
  };
}
