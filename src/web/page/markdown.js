/** @import { Inline } from './inline.js' */
import { parseInline } from './inline.js';

/**
 * @typedef {{ kind: 'heading', level: number, inline: Inline[] }
 *   | { kind: 'paragraph', inline: Inline[] }
 *   | { kind: 'code', language: string, text: string }
 *   | { kind: 'quote', blocks: Block[] }
 *   | { kind: 'list', start: number | undefined, items: Block[][] }
 *   | { kind: 'table', head: Inline[][], align: Align[], rows: Inline[][][] }
 *   | { kind: 'rule' }} Block
 *
 * @typedef {'left' | 'center' | 'right' | ''} Align
 *
 * @typedef {object} Cursor
 * @property {readonly string[]} lines
 * @property {number} at
 * @property {number} depth how many quotes and lists are open around it
 */

/**
 * The blocks of a text that a model wrote. HTML is text like any other; a block that is still being written is
 * taken as far as it goes.
 *
 * @param {string} text
 * @returns {Block[]}
 */
export function parseMarkdown(text) {
  return parseBlocks(text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').split('\n'), 0);
}

const MAX_DEPTH = 6;

/**
 * @param {readonly string[]} lines
 * @param {number} depth
 * @returns {Block[]}
 */
function parseBlocks(lines, depth) {
  /** @type {Cursor} */
  const cursor = { lines, at: 0, depth };
  /** @type {Block[]} */
  const blocks = [];
  while (cursor.at < lines.length) {
    if (lineAt(cursor).trim() === '') cursor.at += 1;
    else blocks.push(readBlock(cursor));
  }
  return blocks;
}

/** @param {Cursor} cursor @returns {Block} */
function readBlock(cursor) {
  const line = lineAt(cursor);
  if (FENCE.test(line)) return readFence(cursor);
  if (HEADING.test(line)) return readHeading(cursor);
  if (isRule(line)) {
    cursor.at += 1;
    return { kind: 'rule' };
  }
  if (cursor.depth < MAX_DEPTH && QUOTE.test(line)) return readQuote(cursor);
  if (cursor.depth < MAX_DEPTH && ITEM.test(line)) return readList(cursor);
  if (isTable(cursor)) return readTable(cursor);
  return readParagraph(cursor);
}

const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(\S.*)$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( {1,4}|$)/;

/** @param {Cursor} cursor */
const lineAt = (cursor) => cursor.lines[cursor.at] ?? '';

/** @param {string} line */
const indentOf = (line) => line.length - line.trimStart().length;

/** @param {string} line */
const isRule = (line) => /^(-{3,}|\*{3,}|_{3,})$/.test(line.replaceAll(' ', ''));

/** @param {Cursor} cursor @returns {Block} */
function readFence(cursor) {
  const opening = lineAt(cursor);
  const match = FENCE.exec(opening);
  const fence = match?.[1] ?? '```';
  const indent = indentOf(opening);
  const text = [];
  cursor.at += 1;
  for (; cursor.at < cursor.lines.length; cursor.at++) {
    const line = lineAt(cursor);
    const closing = line.trim();
    if (closing.length >= fence.length && closing === fence.charAt(0).repeat(closing.length)) {
      cursor.at += 1;
      break;
    }
    text.push(line.slice(Math.min(indent, indentOf(line))));
  }
  const language = (match?.[2] ?? '').trim().split(/\s/, 1)[0] ?? '';
  return { kind: 'code', language, text: text.join('\n') };
}

/** @param {Cursor} cursor @returns {Block} */
function readHeading(cursor) {
  const match = HEADING.exec(lineAt(cursor));
  cursor.at += 1;
  let title = (match?.[2] ?? '').trimEnd();
  while (title.endsWith('#')) title = title.slice(0, -1);
  return {
    kind: 'heading',
    level: match?.[1]?.length ?? 1,
    inline: parseInline(title.trim()),
  };
}

/** @param {Cursor} cursor @returns {Block} */
function readQuote(cursor) {
  const inner = [];
  for (; QUOTE.test(lineAt(cursor)); cursor.at++) inner.push(lineAt(cursor).replace(QUOTE, ''));
  return { kind: 'quote', blocks: parseBlocks(inner, cursor.depth + 1) };
}

/** @param {Cursor} cursor @returns {Block} */
function readList(cursor) {
  const first = ITEM.exec(lineAt(cursor));
  const marker = first?.[2] ?? '-';
  const ordered = /^\d/.test(marker);
  const items = [];
  while (startsItem(lineAt(cursor), ordered)) {
    items.push(parseBlocks(itemLines(cursor), cursor.depth + 1));
  }
  return { kind: 'list', start: ordered ? Number.parseInt(marker, 10) : undefined, items };
}

/** @param {string} line @param {boolean} ordered */
function startsItem(line, ordered) {
  const marker = ITEM.exec(line)?.[2];
  return marker !== undefined && /^\d/.test(marker) === ordered && !isRule(line);
}

/**
 * The lines of one item, without their indentation. Models indent what belongs to an item by two to four spaces.
 *
 * @param {Cursor} cursor
 */
function itemLines(cursor) {
  const match = ITEM.exec(lineAt(cursor));
  const offset = match?.[0].length ?? 2;
  const inner = [lineAt(cursor).slice(offset)];
  const least = (match?.[1]?.length ?? 0) + 2;
  cursor.at += 1;
  for (; cursor.at < cursor.lines.length; cursor.at++) {
    const line = lineAt(cursor);
    const indent = indentOf(line);
    const blank = line.trim() === '';
    if (!blank && indent < least && !continues(line, inner.at(-1) ?? '')) break;
    if (blank && !goesOnAfterBlank(cursor, least)) break;
    inner.push(line.slice(Math.min(indent, offset)));
  }
  if (lineAt(cursor).trim() === '') skipBlank(cursor);
  return inner;
}

/**
 * A line that just goes on with the paragraph above it, without being indented.
 *
 * @param {string} line
 * @param {string} above
 */
const continues = (line, above) => above.trim() !== '' && !startsBlock(line);

/** @param {Cursor} cursor @param {number} least */
function goesOnAfterBlank(cursor, least) {
  const next = cursor.lines.slice(cursor.at, cursor.at + 4).find((line) => line.trim() !== '');
  return next !== undefined && indentOf(next) >= least;
}

/** @param {Cursor} cursor */
function skipBlank(cursor) {
  while (cursor.at < cursor.lines.length && lineAt(cursor).trim() === '') cursor.at += 1;
}

/** @param {string} line */
const startsBlock = (line) =>
  FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line) || isRule(line);

/** @param {Cursor} cursor */
function isTable(cursor) {
  const next = cursor.lines[cursor.at + 1] ?? '';
  return (
    lineAt(cursor).includes('|') &&
    next.includes('-') &&
    /^[ |:-]+$/.test(next) &&
    next.includes('|')
  );
}

/** @param {Cursor} cursor @returns {Block} */
function readTable(cursor) {
  const head = cellsOf(lineAt(cursor)).map((cell) => parseInline(cell));
  const align = cellsOf(cursor.lines[cursor.at + 1] ?? '').map(alignOf);
  const rows = [];
  for (cursor.at += 2; lineAt(cursor).includes('|'); cursor.at++) {
    const cells = cellsOf(lineAt(cursor)).slice(0, head.length);
    rows.push(cells.map((cell) => parseInline(cell)));
  }
  return { kind: 'table', head, align, rows };
}

/** @param {string} line */
function cellsOf(line) {
  const bare = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  // A pipe inside a cell is written \| or stands in code.
  const cells = bare.match(/(?:\\\||`[^`]*`|[^|])+|(?<=\||^)(?=\||$)/g) ?? [];
  return cells.map((cell) => cell.replaceAll('\\|', '|').trim());
}

/** @param {string} cell @returns {Align} */
function alignOf(cell) {
  if (cell.endsWith(':')) return cell.startsWith(':') ? 'center' : 'right';
  return cell.startsWith(':') ? 'left' : '';
}

/** @param {Cursor} cursor @returns {Block} */
function readParagraph(cursor) {
  const lines = [lineAt(cursor).trim()];
  cursor.at += 1;
  while (cursor.at < cursor.lines.length && !endsParagraph(cursor)) {
    lines.push(lineAt(cursor).trim());
    cursor.at += 1;
  }
  return { kind: 'paragraph', inline: parseInline(lines.join('\n')) };
}

/** @param {Cursor} cursor */
const endsParagraph = (cursor) =>
  lineAt(cursor).trim() === '' || startsBlock(lineAt(cursor)) || isTable(cursor);
