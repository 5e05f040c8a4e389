import { ActivityType, type Client, Events, type PresenceData } from 'discord.js';
import { languageOf, say } from '../commands/texts.ts';
import { LANGUAGES, type Language } from '../settings/settings.ts';

/** How the house is, as everybody may see it. */
export type Health = 'well' | 'without_store' | 'closing';

const SHOWN = {
  well: { status: 'online', text: 'looks_well' },
  without_store: { status: 'idle', text: 'looks_without_store' },
  closing: { status: 'dnd', text: 'looks_closing' },
} as const satisfies Readonly<Record<Health, object>>;

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
  if (client.isReady()) client.user.setPresence(presenceOf(health, languageOfMost(client)));
}

/** Everybody is shown the same: it is said in the language that most of its servers have. */
function languageOfMost({ guilds }: Client): Language {
  const spoken = guilds.cache.map(({ preferredLocale }) => languageOf(preferredLocale));
  const times = (language: Language) => spoken.filter((one) => one === language).length;
  return LANGUAGES.reduce((most, other) => (times(other) > times(most) ? other : most));
}

function presenceOf(health: Health, language: Language): PresenceData {
  const { status, text } = SHOWN[health];
  const state = say(language, text);
  return { status, activities: [{ type: ActivityType.Custom, name: 'status', state }] };
}
