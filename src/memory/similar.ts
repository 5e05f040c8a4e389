import type { Embedding, Memory } from '../../machines/memory/memories.ts';
import { fingerprintOf } from '../shared/fingerprint.ts';
import { cosine } from './embedder.ts';
import { denies } from './support.ts';
import { stemsOf, wordsOf } from './words.ts';

/** Equal for texts that differ in case, accents, spaces and marks only. */
export const hashOf = (text: string): string => fingerprintOf(wordsOf(text).join(' '));

/** Shared stems of all stems, and nearness of meaning, from which two texts say the same. */
const SAME_WORDS = 0.8;
const SAME_MEANING = 0.92;

export interface Candidate {
  readonly text: string;
  readonly hash: string;
  readonly embedding?: Embedding | undefined;
}

/** What is known that says the same; no model is asked. */
export const sameAs = (candidate: Candidate, memories: readonly Memory[]): Memory | undefined =>
  memories.find(({ hash }) => hash === candidate.hash) ??
  memories.find((memory) => isSimilar(memory, candidate));

/** Whether the text tells something that the other does not: then the two are not one, however alike. */
export function addsTo(text: string, known: string): boolean {
  const before = new Set(stemsOf(known));
  return stemsOf(text).some((stem) => !before.has(stem));
}

const isSimilar = (memory: Memory, candidate: Candidate): boolean =>
  saysTheSame(sayingOf(memory), sayingOf(candidate));

/** What a text says, ready to be compared. */
export interface Saying {
  readonly stems: ReadonlySet<string>;
  readonly denies: boolean;
  readonly embedding: Embedding | undefined;
}

export const sayingOf = ({ text, embedding }: Pick<Candidate, 'text' | 'embedding'>): Saying => ({
  stems: new Set(stemsOf(text)),
  denies: denies(text),
  embedding,
});

/** Whether two say the same, by their words or by their meaning; what denies is never the same as what does not. */
export function saysTheSame(a: Saying, b: Saying): boolean {
  if (a.denies !== b.denies) return false;
  if (overlap(a.stems, b.stems) >= SAME_WORDS) return true;
  if (a.embedding === undefined || b.embedding?.embedder !== a.embedding.embedder) return false;
  return cosine(a.embedding.vector, b.embedding.vector) >= SAME_MEANING;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((stem) => b.has(stem)).length;
  return a.size + b.size === 0 ? 0 : shared / (a.size + b.size - shared);
}
