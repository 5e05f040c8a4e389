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
    client.on(Events.ShardReady, () => client.user?.setPresence(presenceOf(this.#health)));
  }

  like(health: Health, client: Client | undefined): void {
    this.#health = health;
    client?.user?.setPresence(presenceOf(health));
  }
}

function presenceOf(health: Health): PresenceData {
  const { status, text } = SHOWN[health];
  return { status, activities: [{ type: ActivityType.Custom, name: 'status', state: text }] };
}
