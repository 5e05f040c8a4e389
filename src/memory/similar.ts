import type { Embedding, Memory } from '../../machines/memory/memories.ts';
import { fingerprintOf } from '../shared/fingerprint.ts';
import { cosine } from './embedder.ts';
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

function isSimilar(memory: Memory, { text, embedding }: Candidate): boolean {
  if (overlap(new Set(stemsOf(text)), new Set(stemsOf(memory.text))) >= SAME_WORDS) return true;
  if (embedding === undefined || memory.embedding?.embedder !== embedding.embedder) return false;
  return cosine(embedding.vector, memory.embedding.vector) >= SAME_MEANING;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((stem) => b.has(stem)).length;
  return a.size + b.size === 0 ? 0 : shared / (a.size + b.size - shared);
}
