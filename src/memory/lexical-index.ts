import { stemsOf } from './words.ts';

/** How often a word must come until it hardly counts any more, and how much long texts are held against themselves. */
const K1 = 1.2;
const B = 0.75;

/** What the words count for that stand in one sentence, beside those of the whole text. */
const TOGETHER = 0.5;

interface Posting {
  readonly at: number;
  readonly times: number;
  /** Sentences of the text that the stem is in, by their place. */
  readonly sentences: readonly number[];
}

/** Texts that can be ranked by BM25; made once, asked often. */
export interface LexicalIndex {
  /** A score for each text that shares a stem with the query, more where several stand in one sentence, by its place in the list. */
  scores(query: string): ReadonlyMap<number, number>;
}

export function createLexicalIndex(texts: readonly string[]): LexicalIndex {
  const postings = new Map<string, Posting[]>();
  const lengths: number[] = [];
  for (const [at, text] of texts.entries()) {
    const sentences = text.split(SENTENCE_END).map(stemsOf);
    lengths.push(sentences.reduce((sum, { length }) => sum + length, 0));
    for (const [stem, where] of placesOf(sentences)) {
      const posting = { at, times: where.length, sentences: [...new Set(where)] };
      const known = postings.get(stem);
      if (known === undefined) postings.set(stem, [posting]);
      else known.push(posting);
    }
  }
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);

  return {
    scores(query) {
      const tallies = new Map<number, Tally>();
      for (const [stem, wanted] of countsOf(stemsOf(query))) {
        const found = postings.get(stem) ?? [];
        const rarity = Math.log(1 + (texts.length - found.length + 0.5) / (found.length + 0.5));
        for (const { at, times, sentences } of found) {
          const longer = 1 - B + (B * (lengths[at] ?? 0)) / Math.max(1, average);
          const share = (times * (K1 + 1)) / (times + K1 * longer);
          const tally = tallies.get(at) ?? { whole: 0, sentences: [] };
          tallies.set(at, tally);
          count(tally, { whole: wanted * rarity * share, each: rarity, sentences });
        }
      }
      return new Map([...tallies].map(([at, tally]) => [at, scoreOf(tally)]));
    },
  };
}

/** What a text has of a query so far. */
interface Tally {
  whole: number;
  /** By place; those that have nothing of it are left out. */
  readonly sentences: number[];
}

interface Found {
  readonly whole: number;
  readonly each: number;
  readonly sentences: readonly number[];
}

function count(tally: Tally, { whole, each, sentences }: Found): void {
  tally.whole += whole;
  for (const one of sentences) tally.sentences[one] = (tally.sentences[one] ?? 0) + each;
}

const scoreOf = ({ whole, sentences }: Tally): number =>
  whole + TOGETHER * sentences.reduce((most, sum) => Math.max(most, sum), 0);

/** Not at a full stop within a number or an abbreviation: something must follow it after a space. */
const SENTENCE_END = /(?<=[.!?…])\s+|\n+/u;

/** For each stem, the sentence of each time that it comes. */
function placesOf(sentences: readonly (readonly string[])[]): ReadonlyMap<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [at, stems] of sentences.entries()) {
    for (const stem of stems) {
      const known = places.get(stem);
      if (known === undefined) places.set(stem, [at]);
      else known.push(at);
    }
  }
  return places;
}

function countsOf(stems: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return counts;
}
