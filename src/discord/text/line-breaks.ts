import { type CodeBlock, opensItsLine } from './code-spans.ts';
import type { Span } from './spans.ts';

/** A line that a text may be cut before. */
export interface LineBreak {
  readonly at: number;
  readonly strength: Strength;
}

/** How well a cut reads: best between paragraphs, worst within what belongs together. */
export type Strength = 'paragraph' | 'block' | 'item' | 'line' | 'inside';

export interface Lines {
  readonly breaks: readonly LineBreak[];
  /** Tables, and the items of lists with the lines that continue them. */
  readonly groups: readonly Span[];
}

/** Reads a text line by line. Linear. */
export function readLines(text: string, blocks: readonly CodeBlock[]): Lines {
  const breaks: LineBreak[] = [];
  const groups: Group[] = [];
  let before: Kind = 'blank';
  for (const { start, end, kind } of linesWithKinds(text, blocks)) {
    const group = groups.at(-1);
    if (group?.end === start && belongsTo(group, kind)) {
      breaks.push({ at: start, strength: 'inside' });
      groups[groups.length - 1] = { ...group, end };
    } else {
      breaks.push({ at: start, strength: strengthBetween(before, kind) });
      if (kind === 'table' || kind === 'item') groups.push({ start, end, kind });
    }
    // A heading stays with what it is about, whatever distance its writer keeps.
    if (kind !== 'blank' || before !== 'heading') before = kind;
  }
  return { breaks, groups };
}

type Kind = 'blank' | 'text' | 'indented' | 'heading' | 'item' | 'table' | 'block' | 'code';

interface Group extends Span {
  readonly kind: 'table' | 'item';
}

interface Line extends Span {
  readonly kind: Kind;
}

function* linesWithKinds(text: string, blocks: readonly CodeBlock[]): Generator<Line> {
  let nth = 0;
  for (let start = 0; start < text.length; ) {
    const lineBreak = text.indexOf('\n', start);
    const end = lineBreak === -1 ? text.length : lineBreak + 1;
    while ((blocks[nth]?.end ?? Number.POSITIVE_INFINITY) <= start) nth += 1;
    yield { start, end, kind: kindIn(text, { start, end }, blocks[nth]) };
    start = end;
  }
}

function kindIn(text: string, line: Span, block: CodeBlock | undefined): Kind {
  if (block !== undefined && block.start < line.start) return 'code';
  if (block !== undefined && block.start < line.end && opensItsLine(text, block)) return 'block';
  return kindOf(text.slice(line.start, Math.min(line.end, line.start + ENOUGH_TO_TELL)));
}

const ENOUGH_TO_TELL = 60;

function kindOf(beginning: string): Kind {
  if (beginning.trim() === '') return 'blank';
  if (/^#{1,3} /.test(beginning)) return 'heading';
  if (/^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(beginning)) return 'item';
  if (/^\s*\|/.test(beginning)) return 'table';
  return /^(?: {2}|\t)/.test(beginning) ? 'indented' : 'text';
}

const belongsTo = (group: Group, kind: Kind): boolean =>
  group.kind === 'table' ? kind === 'table' : kind === 'indented';

function strengthBetween(before: Kind, kind: Kind): Strength {
  if (before === 'heading') return 'inside';
  if (kind === 'code') return 'line';
  if (before === 'blank' || kind === 'heading') return 'paragraph';
  if (kind === 'block' || before === 'code') return 'block';
  return kind === 'item' || kind === 'table' ? 'item' : 'line';
}
