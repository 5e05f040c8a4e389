import { ENGLISH, type Phrases } from '../../../machines/phrases.ts';
import type { Language } from '../settings/settings.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import { SPANISH } from './spanish.ts';

/** What is said about runs, by language. */
export const PHRASES: Readonly<Record<Language, Phrases>> = {
  en: ENGLISH,
  de: GERMAN,
  es: SPANISH,
  fr: FRENCH,
};
