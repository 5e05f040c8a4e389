import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayMessageCreateDispatchData,
} from 'discord.js';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Secret } from '../shared/secret.ts';
import { messageOf } from '../shared/thrown.ts';
import { createClient } from './client.ts';
import type { InteractionHandler } from './house.ts';
import { ChannelLines } from './intake/channel-lines.ts';
import { heard } from './intake/heard.ts';
import type { Intake } from './intake/intake.ts';

export interface BotOptions {
  readonly token: Secret;
  readonly apiUrl: string | undefined;
  readonly intake: Intake;
  readonly interactions: readonly InteractionHandler[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Our account on Discord, connected. */
export interface Bot {
  readonly client: () => Client;
  /** Hears nothing more; resolves when what was heard is kept. */
  hushed(): Promise<void>;
  close(): Promise<void>;
}

/** Connects, and hears from then on. Rejects when Discord does not take the token. */
export async function openBot(options: BotOptions): Promise<Bot> {
  const lines = new ChannelLines();
  const client = createClient({ apiUrl: options.apiUrl, withContent: true });
  const { intake, log, token } = options;
  client.on(Events.Error, (error) => log.error('discord.error', { why: messageOf(error) }));
  client.ws.on(GatewayDispatchEvents.MessageCreate, (raw: GatewayMessageCreateDispatchData) => {
    const message = heard(raw);
    lines.run(message.channelId, async () => {
      await intake.take(message);
    });
  });
  await client.login(token.reveal());
  await new Promise<void>((resolve) => {
    if (client.isReady()) resolve();
    else client.once(Events.ClientReady, () => resolve());
  });
  return {
    client: () => client,
    async hushed() {
      client.ws.removeAllListeners(GatewayDispatchEvents.MessageCreate);
      intake.close();
      await lines.ended();
    },
    close: () => client.destroy(),
  };
}
