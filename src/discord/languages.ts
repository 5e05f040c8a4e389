import type { Client, Interaction } from 'discord.js';
import type { Question } from '../../machines/question.ts';
import { languageOf } from './commands/texts.ts';
import { guildOf } from './intake/askers.ts';
import type { HeardMessage } from './intake/heard.ts';
import type { Language } from './settings/settings.ts';

export interface LanguagesOptions {
  readonly client: () => Client | undefined;
  /** What is set where a message stands; undefined: nothing. Never rejects. */
  readonly setAt: (where: Where) => Promise<Language | undefined>;
}

type Where = Pick<HeardMessage, 'channelId' | 'guildId'>;

const MAX_KNOWN = 10_000;

/**
 * In which language the house says what more than one may read: as it is set there, else as the place or the person has
 * it in Discord. What one person alone reads is said in that person's own. Nothing here rejects.
 */
export class Languages {
  readonly #options: LanguagesOptions;
  /** What those who have used something of ours have told, by their ids: messages do not tell it. */
  readonly #told = new Map<string, string>();

  constructor(options: LanguagesOptions) {
    this.#options = options;
  }

  async ofMessage(message: Where & Pick<HeardMessage, 'authorId'>): Promise<Language> {
    const { client, setAt } = this.#options;
    const own = (): string | undefined =>
      message.guildId === undefined
        ? this.#told.get(message.authorId)
        : guildOf(message, client())?.preferredLocale;
    return (await setAt(message)) ?? languageOf(own());
  }

  async ofInteraction({ channelId, guildId, locale }: Interaction): Promise<Language> {
    const where = { channelId: channelId ?? '', ...(guildId === null ? {} : { guildId }) };
    return (await this.#options.setAt(where)) ?? languageOf(locale);
  }

  /** Remembers which language somebody has, as long as this process lives. */
  met({ user, locale }: Interaction): void {
    if (this.#told.size >= MAX_KNOWN) this.#told.clear();
    this.#told.set(user.id, locale);
  }
}

/** The language of what is said about a question. */
export const spokenTo = ({ origin }: Pick<Question, 'origin'>): Language =>
  languageOf(origin?.language);
