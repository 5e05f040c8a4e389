import type { Note } from '../machines/question.ts';
import { sayNote } from '../machines/wording.ts';
import type { Posted } from '../test/support/fake-chat.ts';

/** Characters of one message on the proof's platform: answers need up to four of them. */
export const PART_CHARS = 200;
const MOST_LINES = 12;

/** What the model answers to question `n`, so that a missing or foreign part shows. */
export function answerTo(n: number): string {
  const lines = 1 + (n % MOST_LINES);
  return Array.from(
    { length: lines },
    (_, line) => `Answer to question ${n}, line ${line + 1} of ${lines}.`,
  ).join('\n');
}

export const questionText = (n: number): string => `Please answer question #${n}#.`;
export const questionIn = (text: string): number | undefined => {
  const found = /#(\d+)#/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

export interface Verdict {
  readonly answered: number;
  /** Told in one sentence that it was refused, given up or failed. */
  readonly excused: number;
  readonly lost: number;
  readonly partial: number;
  readonly doubled: number;
}

/** What became of questions 1 to `count`. */
export function judge(posted: readonly Posted[], count: number): Verdict {
  const byQuestion = new Map<string, Posted[]>();
  for (const one of posted) {
    const parts = byQuestion.get(one.replyTo) ?? [];
    parts.push(one);
    byQuestion.set(one.replyTo, parts);
  }
  const fates = Array.from({ length: count }, (_, nth) =>
    fateOf(byQuestion.get(`m${nth + 1}`) ?? [], nth + 1),
  );
  const countOf = (fate: Fate): number => fates.filter((one) => one === fate).length;
  return {
    answered: countOf('answered'),
    excused: countOf('excused'),
    lost: countOf('lost'),
    partial: countOf('partial'),
    doubled: countOf('doubled'),
  };
}

/** What was said instead of answers. */
export const excusesIn = (posted: readonly Posted[]): readonly string[] =>
  posted.filter(({ content }) => isExcuse(content)).map(({ content }) => content);

const isExcuse = (text: string): boolean => !text.includes('Answer to question');

type Fate = keyof Verdict;

function fateOf(parts: readonly Posted[], n: number): Fate {
  if (parts.length === 0) return 'lost';
  if (new Set(parts.map(({ nonce }) => nonce)).size < parts.length) return 'doubled';
  const text = withoutNotes(parts.map(({ content }) => content).join('\n'));
  const answer = onOneLine(answerTo(n));
  if (text === answer) return 'answered';
  if (parts.length === 1 && isExcuse(text)) return 'excused';
  // More than the whole answer is something that was said twice, under another nonce.
  return text.length > answer.length ? 'doubled' : 'partial';
}

/** What a house may note under its answer: that it was made without the store, and the like. */
const NOTES: readonly Note[] = [
  'without_history',
  'not_saved',
  'limit_reached',
  'unfinished',
  'resumed',
];

/** However it was cut into messages. */
const withoutNotes = (text: string): string =>
  NOTES.reduce(
    (rest, note) => rest.replaceAll(onOneLine(sayNote(note)), ''),
    onOneLine(text),
  ).trim();

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
