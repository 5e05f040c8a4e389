import { type CodeBlock, codeSpans, type InlineCode } from './code-spans.ts';
import { characterBreak } from './grapheme.ts';
import { type LineBreak, readLines, type Strength } from './line-breaks.ts';
import { merged, type Span, spanAround } from './spans.ts';
import { wholesOf } from './wholes.ts';

/** One message of a text that was cut. The bodies, one after the other, are the text. */
export interface Piece {
  /** Opens again the code that the cut before it has closed; mostly empty. */
  readonly opening: string;
  readonly body: string;
  /** Closes the code that the cut after it is in; mostly empty. */
  readonly closing: string;
}

/**
 * Cuts a text into pieces of at most `maxChars` (50 or more) UTF-16 units, so of code points, too: between paragraphs,
 * lines or words. Code is closed and opened again; what Discord reads as one thing, tables and items of lists stay whole
 * where they fit. Takes time in proportion to the text.
 */
export function splitMarkdown(text: string, maxChars: number): readonly Piece[] {
  const cutter = new Cutter(text, maxChars);
  const pieces: Piece[] = [];
  for (let from = 0; from < text.length; ) {
    const opening = cutter.openingAt(from);
    const to = cutter.cutAfter(from, opening.length);
    pieces.push({ opening, body: text.slice(from, to), closing: cutter.closingAt(to) });
    from = to;
  }
  return pieces;
}

/** What is sent of a piece; empty when there is nothing to be seen in it. */
export function contentOf({ opening, body, closing }: Piece): string {
  if (body.trim() === '') return '';
  const shown = opening === '' ? body.replace(/^(?:[^\S\n]*\n)+/, '') : opening + body;
  return (closing === '' ? shown.trimEnd() : shown) + closing;
}

const FENCE = '```';
/** A line break and a fence; or the backticks of code within a line. */
const CLOSING_ROOM = 1 + FENCE.length;

/** How full a message must be at least for a cut of this strength, best ones first. */
const FULLNESS: readonly (readonly [Strength, number])[] = [
  ['paragraph', 0.4],
  ['block', 0.25],
  ['item', 0.25],
  ['line', 0.3],
  ['inside', 0.05],
];
const WORD_FULLNESS = 0.3;

/** Finds one cut after the other, from the beginning of a text to its end. */
class Cutter {
  readonly #text: string;
  readonly #maxChars: number;
  readonly #blocks: readonly CodeBlock[];
  readonly #inlines: readonly InlineCode[];
  readonly #breaks: readonly LineBreak[];
  readonly #wholes: readonly Span[];
  #nextBreak = 0;

  constructor(text: string, maxChars: number) {
    const codes = codeSpans(text);
    this.#text = text;
    this.#maxChars = maxChars;
    this.#blocks = codes.filter((code) => code.kind === 'block');
    this.#inlines = codes.filter(isReopened);
    const { breaks, groups } = readLines(text, this.#blocks);
    const fits = ({ start, end }: Span): boolean => end - start <= maxChars - CLOSING_ROOM;
    const edges = [
      ...this.#blocks.flatMap((block) => edgesOfBlock(text, block)),
      ...this.#inlines.flatMap((code) => edgesOfInline(text, code)),
    ];
    const small = merged([...wholesOf(text, codes), ...edges].filter(fits));
    const isApart = ({ start, end }: Span): boolean =>
      spanAround(small, start) === undefined && spanAround(small, end) === undefined;
    this.#wholes = merged([...small, ...groups.filter((group) => fits(group) && isApart(group))]);
    this.#breaks = breaks.filter(({ at }) => spanAround(this.#wholes, at) === undefined);
  }

  openingAt(at: number): string {
    const block = spanAround(this.#blocks, at);
    if (block !== undefined) return `${block.header.trimEnd()}\n`;
    return spanAround(this.#inlines, at)?.ticks ?? '';
  }

  closingAt(at: number): string {
    const block = spanAround(this.#blocks, at) ?? this.#unclosedBefore(at);
    if (block !== undefined) return this.#text[at - 1] === '\n' ? FENCE : `\n${FENCE}`;
    return spanAround(this.#inlines, at)?.ticks ?? '';
  }

  /** Where the piece ends that begins at `from` and is opened by so many characters. */
  cutAfter(from: number, openingLength: number): number {
    const end = this.#text.length;
    const rest = openingLength + end - from + this.closingAt(end).length;
    if (rest <= this.#maxChars) return end;
    const to = from + this.#maxChars - CLOSING_ROOM - openingLength;
    return this.#lineCut(from, to) ?? this.#wordCut(from, to) ?? this.#anyCut(from, to);
  }

  #unclosedBefore(at: number): CodeBlock | undefined {
    const last = this.#blocks.at(-1);
    return last !== undefined && !last.isClosed && last.end === at ? last : undefined;
  }

  #lineCut(from: number, to: number): number | undefined {
    while ((this.#breaks[this.#nextBreak]?.at ?? to) <= from) this.#nextBreak += 1;
    const latest = new Map<Strength, number>();
    for (let nth = this.#nextBreak; ; nth++) {
      const found = this.#breaks[nth];
      if (found === undefined || found.at > to) break;
      latest.set(found.strength, found.at);
    }
    const full = ([strength, fullness]: readonly [Strength, number]): boolean =>
      (latest.get(strength) ?? from) >= from + (to - from) * fullness;
    const best = FULLNESS.find(full);
    return best && latest.get(best[0]);
  }

  #wordCut(from: number, to: number): number | undefined {
    const earliest = from + (to - from) * WORD_FULLNESS;
    for (let at = to; at > earliest; at--) {
      if (!/\s/.test(this.#text[at - 1] ?? '')) continue;
      const whole = spanAround(this.#wholes, at);
      if (whole !== undefined) at = whole.start + 1;
      else if (characterBreak(this.#text, from, at) === at) return at;
    }
    return undefined;
  }

  #anyCut(from: number, to: number): number {
    for (let at = characterBreak(this.#text, from, to); ; ) {
      const whole = spanAround(this.#wholes, at);
      if (whole === undefined || whole.start <= from) return at;
      at = characterBreak(this.#text, from, whole.start);
    }
  }
}

/** Longer runs of backticks are no code that anybody wrote: they are cut as they are. */
const isReopened = (code: CodeBlock | InlineCode): code is InlineCode =>
  code.kind === 'inline' && code.ticks.length <= CLOSING_ROOM;

/** A block is cut neither between its fence and its first character, nor between its last one and its fence. */
function edgesOfBlock(text: string, { start, header, bodyEnd, end }: CodeBlock): readonly Span[] {
  const bodyStart = start + header.length;
  const visible = text.slice(bodyStart, bodyEnd).trimEnd().length;
  return [
    { start, end: bodyStart + 1 },
    { start: characterBreak(text, bodyStart - 1, bodyStart + visible - 1), end },
  ];
}

/** Code within a line is not cut beside a backtick: with those that close it there, that would be a longer run. */
const edgesOfInline = (text: string, { start, end }: InlineCode): readonly Span[] =>
  [...text.slice(start, end).matchAll(/`+/g)].map(({ 0: run, index }) => ({
    start: Math.max(start, start + index - 1),
    end: Math.min(end, start + index + run.length + 1),
  }));
