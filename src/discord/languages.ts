import type { Client, Interaction } from 'discord.js';
import type { Failure } from '../../machines/failure.ts';
import { UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { ourId, theirId } from './archive/archived-message.ts';
import { languageOf } from './commands/texts.ts';
import { guildOf } from './intake/askers.ts';
import type { HeardMessage } from './intake/heard.ts';
import type { Language } from './settings/settings.ts';

/** Which language somebody had when they last used something of ours, by our ids of them. Never rejects. */
export interface LocaleBook {
  /** Does nothing when the person was forgotten since `at`. */
  keep(seen: {
    readonly userId: UserId;
    readonly locale: string;
    readonly at: number;
  }): Promise<Failure | undefined>;
  find(
    userId: UserId,
  ): Promise<
    | { readonly kind: 'read'; readonly locale: string | undefined }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
}

export interface LanguagesOptions {
  readonly client: () => Client | undefined;
  /** What is set where a message stands; undefined: nothing. Never rejects. */
  readonly setAt: (where: Where) => Promise<Language | undefined>;
  readonly locales: LocaleBook;
  readonly clock: Clock;
  readonly log: Log;
}

type Where = Pick<HeardMessage, 'channelId' | 'guildId'>;

const MAX_KNOWN = 10_000;

interface Told {
  readonly locale: string;
  /** False once it could not be: then it is tried again when it is told again. */
  isKept: boolean;
}

/**
 * In which language the house says what more than one may read: as it is set there, else as the place or the person has
 * it in Discord. What one person alone reads is said in that person's own. Nothing here rejects.
 */
export class Languages {
  readonly #options: LanguagesOptions;
  /** What those who have used something of ours in this life have told, by their ids: messages do not tell it. */
  readonly #told = new Map<string, Told>();

  constructor(options: LanguagesOptions) {
    this.#options = options;
  }

  async ofMessage(message: Where & Pick<HeardMessage, 'authorId'>): Promise<Language> {
    const { client, setAt } = this.#options;
    const set = await setAt(message);
    if (set !== undefined) return set;
    return languageOf(
      message.guildId === undefined
        ? await this.#localeOf(message.authorId)
        : guildOf(message, client())?.preferredLocale,
    );
  }

  async ofInteraction({ channelId, guildId, locale }: Interaction): Promise<Language> {
    const where = { channelId: channelId ?? '', ...(guildId === null ? {} : { guildId }) };
    return (await this.#options.setAt(where)) ?? languageOf(locale);
  }

  /** Remembers which language somebody has, beyond this process's life. */
  met({ user, locale }: Interaction): void {
    const known = this.#told.get(user.id);
    if (known?.locale === locale && known.isKept) return;
    if (this.#told.size >= MAX_KNOWN) this.#told.clear();
    const told = { locale, isKept: true };
    this.#told.set(user.id, told);
    // Nobody waits for it: what is asked now is answered in the language that came with it.
    void this.#keep(UserId(ourId(user.id)), told);
  }

  /** Has somebody's language in mind no more. */
  forget(userId: UserId): void {
    this.#told.delete(theirId(userId));
  }

  async #keep(userId: UserId, told: Told): Promise<void> {
    const { locales, clock, log } = this.#options;
    const failed = await locales.keep({ userId, locale: told.locale, at: clock.now() });
    if (failed === undefined) return;
    told.isKept = false;
    log.warn('discord.locale_not_kept', { why: failed.message });
  }

  /** What is kept is read each time: another process may have it forgotten. */
  async #localeOf(personId: string): Promise<string | undefined> {
    const { locales, log } = this.#options;
    const told = this.#told.get(personId);
    if (told !== undefined) return told.locale;
    const found = await locales.find(UserId(ourId(personId)));
    if (found.kind === 'read') return found.locale;
    log.warn('discord.locale_not_read', { why: found.failure.message });
    return undefined;
  }
}

/** The language of what is said about a question. */
export const spokenTo = ({ origin }: Pick<Question, 'origin'>): Language =>
  languageOf(origin?.language);
