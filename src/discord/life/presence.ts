import { ActivityType, type Client, Events, type PresenceData } from 'discord.js';

/** How the house is, as everybody may see it. */
export type Health = 'well' | 'without_store' | 'closing';

const SHOWN: Readonly<
  Record<Health, { readonly status: 'online' | 'idle' | 'dnd'; text: string }>
> = {
  well: { status: 'online', text: 'Ask me anything' },
  without_store: { status: 'idle', text: 'My memory is away for a moment' },
  closing: { status: 'dnd', text: 'Back in a moment' },
};

/** Shows our health, on every connection that comes. */
export class Looks {
  #health: Health = 'well';

  showOn(client: Client): void {
    client.on(Events.ClientReady, () => show(client, this.#health));
    client.on(Events.ShardReady, () => show(client, this.#health));
  }

  like(health: Health, client: Client | undefined): void {
    this.#health = health;
    if (client !== undefined) show(client, health);
  }
}

/** A client that is not connected would reject where nobody can catch it. */
function show(client: Client, health: Health): void {
  if (client.isReady()) client.user.setPresence(presenceOf(health));
}

function presenceOf(health: Health): PresenceData {
  const { status, text } = SHOWN[health];
  return { status, activities: [{ type: ActivityType.Custom, name: 'status', state: text }] };
}
