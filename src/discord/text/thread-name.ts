import { characterBreak } from './grapheme.ts';

/** Discord's own limit, in UTF-16 units to be on the safe side. */
const MAX_CHARS = 100;

/**
 * How a thread is called that such a question begins: its first words, on one line, without marks of formatting and
 * without signs that turn the reading direction; `otherwise`, when no word is left.
 */
export function threadName(text: string, otherwise: string): string {
  const name = lineOf(text);
  return cut(/[\p{L}\p{N}]/u.test(name) ? name : lineOf(otherwise)) || 'Conversation';
}

/** Only the beginning is looked at: a question may be long. */
const lineOf = (text: string): string =>
  text
    .slice(0, LOOKED_AT)
    .toWellFormed()
    .replace(/^[#>\s]+|[`*]|~~|\|\||[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

const LOOKED_AT = 1_000;

function cut(name: string): string {
  if (name.length <= MAX_CHARS) return name;
  const room = name.slice(0, MAX_CHARS);
  const lastBlank = room.lastIndexOf(' ');
  const end = lastBlank > MAX_CHARS / 2 ? lastBlank : characterBreak(name, 0, MAX_CHARS - 1);
  return `${name.slice(0, end).trimEnd()}…`;
}
