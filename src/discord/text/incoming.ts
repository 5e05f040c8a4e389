import { codeSpans } from './code-spans.ts';
import { NameBook, type Named } from './names.ts';
import { outsideOf } from './spans.ts';

/** A message as a person reads it, and whom it mentions. */
export interface ReadMessage {
  readonly text: string;
  /** In the order of their first mention, each once. */
  readonly mentions: readonly Named[];
}

export interface ReadingOptions {
  /** Everybody and everything that the platform has told to be mentioned in it. */
  readonly named: readonly Named[];
  readonly timeZone: string;
}

/**
 * Puts names in the place of ids: users, roles, channels, custom emoji, commands and moments. What stands in code is left
 * as it is, for Discord shows it so, too. An id that is not known is written as `@user(id)`.
 */
export function readMessage(content: string, { named, timeZone }: ReadingOptions): ReadMessage {
  const book = new NameBook(named);
  const mentions = new Map<string, Named>();
  const reading: Reading = { book, mentions, momentOf: momentWriter(timeZone) };
  const text = outsideOf(content, codeSpans(content), (stretch) =>
    stretch.replace(TOKEN, (token) => written(token, reading)),
  );
  return { text, mentions: [...mentions.values()] };
}

interface Reading {
  readonly book: NameBook;
  readonly mentions: Map<string, Named>;
  readonly momentOf: (seconds: number) => string | undefined;
}

const TOKEN =
  /<(?:@[!&]?\d{1,20}|#\d{1,20}|a?:\w{1,32}:\d{1,20}|t:-?\d{1,16}(?::[a-zA-Z])?|\/[^<>:\n]{1,100}:\d{1,20})>/g;

function written(token: string, { book, mentions, momentOf }: Reading): string {
  const inner = token.slice(1, -1);
  const mention = /^(@[!&]?|#)(\d+)$/.exec(inner);
  if (mention !== null) {
    const [, sign = '@', id = ''] = mention;
    const kind = KIND_OF_SIGN[sign] ?? 'user';
    const known = book.byId(kind, id) ?? { kind, id, name: '' };
    mentions.set(`${kind}:${id}`, known);
    return book.written(known);
  }
  const [first = '', second = '', third = ''] = inner.split(':');
  if (first === 't') return momentOf(Number(second)) ?? token;
  if (first.startsWith('/')) return first;
  return third === '' ? token : `:${second}:`;
}

const KIND_OF_SIGN: Readonly<Record<string, Named['kind']>> = {
  '@': 'user',
  '@!': 'user',
  '@&': 'role',
  '#': 'channel',
};

function momentWriter(timeZone: string): Reading['momentOf'] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (seconds) => {
    const date = new Date(seconds * 1_000);
    return Number.isNaN(date.getTime()) ? undefined : `${format.format(date)} (${timeZone})`;
  };
}
