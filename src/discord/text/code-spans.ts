import type { Span } from './spans.ts';

export interface InlineCode extends Span {
  readonly kind: 'inline';
  readonly ticks: string;
}

export interface CodeBlock extends Span {
  readonly kind: 'block';
  /** What opens it: the fence, its language and the line break. */
  readonly header: string;
  /** Where its closing fence begins; the end of the text when there is none. */
  readonly bodyEnd: number;
  readonly isClosed: boolean;
}

export type CodeSpan = InlineCode | CodeBlock;

/**
 * Where Discord shows code, in order. Follows its own grammar, not CommonMark's: a fence opens anywhere and the next
 * three backticks close it. A fence at the beginning of a line that nobody closes goes on to the end. Linear.
 */
export function codeSpans(text: string): readonly CodeSpan[] {
  const spans: CodeSpan[] = [];
  const closings = new RunFinder(text);
  let at = text.indexOf('`');
  while (at !== -1) {
    const span = blockAt(text, at) ?? inlineAt(text, at, closings);
    if (span !== undefined) spans.push(span);
    at = text.indexOf('`', span?.end ?? at + runAt(text, at));
  }
  return spans;
}

/** True for a block whose fence begins its line: nothing before it can change what it is. */
export function opensItsLine(text: string, { start }: Span): boolean {
  const before = text.slice(Math.max(0, start - MAX_INDENT), start);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const isWholeLine = line.length < before.length || start <= MAX_INDENT;
  return isWholeLine && line.trim() === '';
}

const FENCE = '```';
const MAX_INDENT = 12;
/** A language, then the line break; or no language. Longer words are code already. */
const HEADER = /```(?:[\w+\-.#]{1,20}(?=\n))?\n?/y;

function runAt(text: string, at: number): number {
  let end = at;
  while (text[end] === '`') end += 1;
  return end - at;
}

function blockAt(text: string, start: number): CodeBlock | undefined {
  if (!text.startsWith(FENCE, start)) return undefined;
  HEADER.lastIndex = start;
  const header = HEADER.exec(text)?.[0] ?? FENCE;
  const bodyStart = start + header.length;
  // The first character is code, whatever it is, be it of another fence: so does Discord read it.
  const closing = text.indexOf(FENCE, afterLineBreaks(text, bodyStart) + 1);
  if (closing !== -1) {
    const end = closing + FENCE.length;
    return { kind: 'block', start, end, header, bodyEnd: closing, isClosed: true };
  }
  if (!opensItsLine(text, { start, end: start })) return undefined;
  if (text.slice(bodyStart).trim() === '') return undefined;
  const end = text.length;
  return { kind: 'block', start, end, header, bodyEnd: end, isClosed: false };
}

function afterLineBreaks(text: string, from: number): number {
  let at = from;
  while (text[at] === '\n') at += 1;
  return at;
}

/** A run that nothing closes may still begin with a shorter one that something does. */
function inlineAt(text: string, start: number, closings: RunFinder): InlineCode | undefined {
  const run = runAt(text, start);
  for (let length = run; length > 0; length--) {
    const closing = closings.next(start + run, length);
    if (closing === undefined) continue;
    return { kind: 'inline', start, end: closing + length, ticks: '`'.repeat(length) };
  }
  return undefined;
}

/** Finds runs of backticks by their length. Questions must move forwards: all of them together are linear. */
class RunFinder {
  readonly #starts = new Map<number, { readonly at: readonly number[]; next: number }>();

  constructor(text: string) {
    const found = new Map<number, number[]>();
    for (const { 0: run, index } of text.matchAll(/`+/g)) {
      const known = found.get(run.length);
      if (known === undefined) found.set(run.length, [index]);
      else known.push(index);
    }
    for (const [length, at] of found) this.#starts.set(length, { at, next: 0 });
  }

  /** The first run of exactly `length` from `from` on. */
  next(from: number, length: number): number | undefined {
    const runs = this.#starts.get(length);
    if (runs === undefined) return undefined;
    while ((runs.at[runs.next] ?? Number.POSITIVE_INFINITY) < from) runs.next += 1;
    return runs.at[runs.next];
  }
}
