import type { Embedding, Memory } from '../../machines/memory/memories.ts';
import { cosine } from './embedder.ts';
import { createLexicalIndex } from './lexical-index.ts';

/** Added to the nearness of meaning, not mixed by rank: measured, the sum finds more (docs/decisions/018). */
const LEXICAL_WEIGHT = 0.5;
const RECENCY_WEIGHT = 0.15;
const IMPORTANCE_WEIGHT = 0.1;
/** Events lose half of their recency in this time. */
const EVENT_HALF_LIFE_MS = 30 * 86_400_000;

export interface Query {
  readonly text: string;
  /** Left out: by words alone. */
  readonly embedding?: Embedding | undefined;
  /** The time it is, in milliseconds since 1970. */
  readonly now: number;
}

export interface Ranked {
  readonly memory: Memory;
  readonly score: number;
}

/** A user's memories, ready to be asked. */
export interface Ranking {
  /** Those that have something to do with the query, the best first. */
  rank(query: Query): readonly Ranked[];
}

export function createRanking(memories: readonly Memory[]): Ranking {
  const index = createLexicalIndex(memories.map(searchableText));
  return {
    rank({ text, embedding, now }) {
      const lexical = index.scores(text);
      const best = Math.max(1e-9, ...lexical.values());
      const ranked: Ranked[] = [];
      for (const [at, memory] of memories.entries()) {
        const words = (lexical.get(at) ?? 0) / best;
        const meaning = nearness(memory.embedding, embedding);
        if (words === 0 && meaning <= 0) continue;
        const weight = embedding === undefined ? 1 : LEXICAL_WEIGHT;
        ranked.push({ memory, score: meaning + weight * words + standing(memory, now) });
      }
      // Of what is as good, the newer counts: what was so may have changed.
      return ranked.sort((a, b) => b.score - a.score || b.memory.createdAt - a.memory.createdAt);
    },
  };
}

const searchableText = ({ text, topics }: Memory): string => `${text} ${topics.join(' ')}`;

function nearness(a: Embedding | undefined, b: Embedding | undefined): number {
  if (a === undefined || b === undefined || a.embedder !== b.embedder) return 0;
  return cosine(a.vector, b.vector);
}

/** What speaks for a memory whatever is asked. */
function standing({ kind, importance, eventAt, createdAt }: Memory, now: number): number {
  const age = Math.abs(now - (eventAt ?? createdAt));
  const recency = kind === 'event' ? 2 ** (-age / EVENT_HALF_LIFE_MS) : 0;
  return RECENCY_WEIGHT * recency + IMPORTANCE_WEIGHT * importance;
}
