import { filled } from '../../../machines/phrases.ts';
import { LANGUAGES, type Language } from '../settings/settings.ts';
import { ANSWER_TEXTS } from './answer-texts.ts';
import { HELP_TEXTS } from './help-texts.ts';
import { HOUSE_TEXTS } from './house-texts.ts';
import { MESSAGE_TEXTS } from './message-texts.ts';
import { OWN_TEXTS } from './own-texts.ts';
import type { Text } from './text.ts';

/** All that the house itself says on Discord. */
const TEXTS = {
  ...OWN_TEXTS,
  ...HOUSE_TEXTS,
  ...HELP_TEXTS,
  ...ANSWER_TEXTS,
  ...MESSAGE_TEXTS,
};

export type TextName = keyof typeof TEXTS;

/** A text with its values filled in. Values are data: what stands in them is not filled in again. */
export function say(
  language: Language,
  name: TextName,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return filled(inLanguage(TEXTS[name], language), values);
}

/** The text for readers of a language. */
export function inLanguage([en, de, es, fr]: Text, language: Language): string {
  return { en, de, es, fr }[language];
}

/** The house's language for one of Discord's (`de`, `es-419`, `en-GB` …); English for all others. */
export function languageOf(locale: string | null | undefined): Language {
  const first = (locale ?? '').slice(0, 2).toLowerCase();
  return LANGUAGES.find((known) => known === first) ?? 'en';
}

/** A moment as Discord shows it to each reader: how far it is away. */
export const awayFrom = (at: number): string => `<t:${Math.ceil(at / 1_000)}:R>`;
