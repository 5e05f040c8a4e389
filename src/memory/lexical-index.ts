import { stemsOf } from './words.ts';

/** How often a word must come until it hardly counts any more, and how much long texts are held against themselves. */
const K1 = 1.2;
const B = 0.75;

interface Posting {
  readonly at: number;
  readonly times: number;
}

/** Texts that can be ranked by BM25; made once, asked often. */
export interface LexicalIndex {
  /** A score for each text that shares a stem with the query, by its place in the list. */
  scores(query: string): ReadonlyMap<number, number>;
}

export function createLexicalIndex(texts: readonly string[]): LexicalIndex {
  const postings = new Map<string, Posting[]>();
  const lengths: number[] = [];
  for (const [at, text] of texts.entries()) {
    const stems = stemsOf(text);
    lengths.push(stems.length);
    for (const [stem, times] of countsOf(stems)) {
      const known = postings.get(stem);
      if (known === undefined) postings.set(stem, [{ at, times }]);
      else known.push({ at, times });
    }
  }
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);

  return {
    scores(query) {
      const scores = new Map<number, number>();
      for (const [stem, wanted] of countsOf(stemsOf(query))) {
        const found = postings.get(stem) ?? [];
        const rarity = Math.log(1 + (texts.length - found.length + 0.5) / (found.length + 0.5));
        for (const { at, times } of found) {
          const longer = 1 - B + (B * (lengths[at] ?? 0)) / Math.max(1, average);
          const share = (times * (K1 + 1)) / (times + K1 * longer);
          scores.set(at, (scores.get(at) ?? 0) + wanted * rarity * share);
        }
      }
      return scores;
    },
  };
}

function countsOf(stems: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return counts;
}
