import type { Text } from './commands/text.ts';

/** The entries in the menu of a message. */
export const ASK_ABOUT = [
  'Ask about this',
  'Dazu fragen',
  'Preguntar sobre esto',
  'Demander à ce sujet',
] as const satisfies Text;
export const SUMMARISE_FROM = [
  'Summarise from here',
  'Ab hier zusammenfassen',
  'Resumir desde aquí',
  'Résumer à partir d’ici',
] as const satisfies Text;

/** In the order in which `/help` shows them. */
export const SHOWN_MENUS: readonly Text[] = [ASK_ABOUT, SUMMARISE_FROM];
