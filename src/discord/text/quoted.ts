import type { Named } from './names.ts';
import { outgoingText } from './outgoing.ts';

/** Of a message, with room for the marks of a quotation. */
const MAX_CHARS = 1_990;

/** Somebody's words as they wrote them, as a quotation that fits into one message; links show where they lead. */
export function quoted(text: string): string {
  const shown = outgoingText(text, mentionedIn(text));
  return shown.length > MAX_CHARS
    ? `>>> ${shown.slice(0, MAX_CHARS).toWellFormed()}…`
    : `>>> ${shown}`;
}

/** Whom they mention stays mentioned: Discord shows each reader the name. */
const mentionedIn = (text: string): readonly Named[] =>
  [...text.matchAll(/<(@[!&]?|#)(\d{15,20})>/g)].map(([, sign = '', id = '']) => ({
    kind: KINDS[sign] ?? 'user',
    id,
    name: '',
  }));

const KINDS: Readonly<Record<string, Named['kind']>> = { '@&': 'role', '#': 'channel' };
