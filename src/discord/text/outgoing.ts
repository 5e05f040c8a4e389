import { codeSpans, opensItsLine } from './code-spans.ts';
import { NameBook, type Named } from './names.ts';
import { outsideOf } from './spans.ts';

/**
 * Makes a model's text safe to say: `@Name` and `@Name(id)` become mentions of those who are known in this conversation,
 * and of nobody else; `@everyone` and `@here` mention nobody; masked links show where they lead, and links show no
 * preview. What stands in code stays as it is. Who is really notified is up to the message's `allowed_mentions`.
 */
export function outgoingText(text: string, named: readonly Named[]): string {
  const book = new NameBook(named);
  const token = tokenPattern(book);
  const speak = (stretch: string): string =>
    stretch.replace(token, (...found) => spoken(groupsOf(found), { book, speak }));
  return withoutMaskedLinks(outsideOf(text, codeSpans(text), speak));
}

/** Looks into code within a line, too: whether Discord takes that for code depends on what stands around it. */
function withoutMaskedLinks(text: string): string {
  const blocks = codeSpans(text).filter(
    (code) => code.kind === 'block' && code.isClosed && opensItsLine(text, code),
  );
  return outsideOf(text, blocks, (stretch) =>
    stretch.replace(/\]\((?=\s*<?[a-z][a-z\d+.-]*:\/\/)/gi, '] ('),
  );
}

interface Token {
  readonly all: string;
  readonly label?: string;
  readonly address?: string;
  readonly bare?: string;
  readonly sign?: string;
  readonly id?: string;
  readonly crowd?: string;
  readonly namedId?: string;
  readonly name?: string;
}

const MASKED = String.raw`\[(?<label>[^[\]\n]{1,300})\]\(\s*<?(?<address>[a-z][a-z\d+.-]{1,20}:\/\/[^\s<>()]{1,1900}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,200}){0,5})>?(?:\s+"[^"\n]{0,200}")?\s*\)`;
const BRACKETED_LINK = String.raw`<https?:\/\/[^\s<>[\]]+>`;
const BARE = String.raw`(?<bare>https?:\/\/[^\s<>[\]]+)`;
const RAW_MENTION = String.raw`<(?<sign>@[!&]?|#)(?<id>\d{1,20})>`;
const CROWD = '@(?<crowd>everyone|here)';
const NOT_IN_WORD = String.raw`(?<![\p{L}\p{N}_@#<])`;
const WITH_ID = String.raw`${NOT_IN_WORD}[@#][^\n@#()<>]{1,100}\((?<namedId>\d{15,20})\)`;

function tokenPattern(book: NameBook): RegExp {
  const names = book.signedNames().map(escaped);
  const byName =
    names.length === 0
      ? []
      : [String.raw`${NOT_IN_WORD}(?<name>${names.join('|')})(?![\p{L}\p{N}_])`];
  const all = [MASKED, BRACKETED_LINK, BARE, RAW_MENTION, CROWD, WITH_ID, ...byName];
  return new RegExp(all.join('|'), 'giu');
}

const escaped = (name: string): string => name.replace(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);

/** The last argument of a replacement is the groups, when the pattern has some. */
function groupsOf(found: readonly unknown[]): Token {
  const groups = found.at(-1);
  return { all: String(found[0]), ...(typeof groups === 'object' ? groups : {}) };
}

interface Speaking {
  readonly book: NameBook;
  readonly speak: (stretch: string) => string;
}

function spoken(token: Token, { book, speak }: Speaking): string {
  const { all, label, address, bare, sign, id, crowd, namedId, name } = token;
  if (label !== undefined && address !== undefined) return unmasked(speak(label), address);
  if (bare !== undefined) return withoutPreview(bare);
  if (sign !== undefined && id !== undefined) return ofThisPlace(sign, id, book);
  if (crowd !== undefined) return `@\u200b${crowd}`;
  if (namedId !== undefined) return mentionById(all, namedId, book);
  const known = name === undefined ? undefined : book.byName(name);
  return known === undefined ? all : mentionOf(known);
}

function unmasked(label: string, address: string): string {
  const link = `<${address}>`;
  return label.trim() === link ? link : `${label} (${link})`;
}

/** What stands behind a link at the end of a sentence is not of it; a bracket is, if it was opened there. */
function withoutPreview(link: string): string {
  const marks = link.includes('(') ? MARKS : `${MARKS})`;
  let end = link.length;
  while (marks.includes(link.charAt(end - 1))) end -= 1;
  return `<${link.slice(0, end)}>${link.slice(end)}`;
}

const MARKS = '.,;:!?\'"*_~|]}';

const KIND_OF_SIGN: Readonly<Record<string, Named['kind']>> = { '@&': 'role', '#': 'channel' };

function ofThisPlace(sign: string, id: string, book: NameBook): string {
  const kind = KIND_OF_SIGN[sign] ?? 'user';
  const known = book.byId(kind, id);
  return known === undefined ? `${sign.slice(0, 1)}${kind}(${id})` : mentionOf(known);
}

function mentionById(written: string, id: string, book: NameBook): string {
  const known = written.startsWith('#')
    ? book.byId('channel', id)
    : (book.byId('user', id) ?? book.byId('role', id));
  return known === undefined ? written : mentionOf(known);
}

function mentionOf({ kind, id }: Named): string {
  if (kind === 'channel') return `<#${id}>`;
  return kind === 'role' ? `<@&${id}>` : `<@${id}>`;
}
