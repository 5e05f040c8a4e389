import {
  type Client,
  Events,
  GatewayDispatchEvents,
  type GatewayMessageCreateDispatchData,
  type GatewayMessageDeleteBulkDispatchData,
  type GatewayMessageDeleteDispatchData,
  type GatewayMessageUpdateDispatchData,
} from 'discord.js';
import { archivedMessage, ourChannel, ourId } from './archived-message.ts';
import type { Archivist } from './archivist.ts';
import { readableChannels } from './pages.ts';

/** Lets the archive follow what a client hears in servers; once it is ready, what it has missed is read. */
export function archiveWhatIsHeard(client: Client, archivist: Archivist): void {
  const written = (raw: GatewayMessageCreateDispatchData | GatewayMessageUpdateDispatchData) => {
    if (raw.guild_id !== undefined) archivist.heard(archivedMessage(raw, raw.guild_id));
  };
  const removed = (channelId: string, ids: readonly string[]): void =>
    archivist.removed(ourChannel(channelId), ids.map(ourId));
  client.ws.on(GatewayDispatchEvents.MessageCreate, written);
  client.ws.on(GatewayDispatchEvents.MessageUpdate, (raw: GatewayMessageUpdateDispatchData) => {
    // A preview that was added to an old message tells its embeds only.
    if ('author' in raw && raw.edited_timestamp !== null) written(raw);
  });
  client.ws.on(GatewayDispatchEvents.MessageDelete, (raw: GatewayMessageDeleteDispatchData) =>
    removed(raw.channel_id, [raw.id]),
  );
  client.ws.on(
    GatewayDispatchEvents.MessageDeleteBulk,
    (raw: GatewayMessageDeleteBulkDispatchData) => removed(raw.channel_id, raw.ids),
  );
  // A session that was resumed has missed nothing; a new one may have.
  client.on(Events.ShardReady, () => {
    if (client.isReady()) archivist.sync(readableChannels(client));
  });
  client.once(Events.ClientReady, (ready) => archivist.sync(readableChannels(ready)));
}
