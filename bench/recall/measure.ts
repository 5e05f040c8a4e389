import { ChannelId, RunId } from '../../machines/ids.ts';
import type { Memory } from '../../machines/memory/memories.ts';
import { cosine } from '../../src/memory/embedder.ts';
import { createRanking } from '../../src/memory/ranking.ts';
import type { Dialogue } from './dialogues.ts';

/** Which turns a method finds for a question, the best first, by their places. */
export type Method = (question: string) => Promise<readonly number[]> | readonly number[];

/** The share of the evidence that is among the first so many, over all questions. */
export interface Recall {
  readonly r5: number;
  readonly r10: number;
  readonly r20: number;
}

/** Asks every question of every dialogue. */
export async function recallOf(
  dialogues: readonly Dialogue[],
  methodFor: (dialogue: Dialogue, nth: number) => Method | Promise<Method>,
): Promise<Recall> {
  const found = { 5: 0, 10: 0, 20: 0 };
  let questions = 0;
  for (const [nth, dialogue] of dialogues.entries()) {
    const method = await methodFor(dialogue, nth);
    for (const { text, evidence } of dialogue.questions) {
      const ranked = await method(text);
      questions += 1;
      for (const k of [5, 10, 20] as const) {
        const first = new Set(ranked.slice(0, k));
        found[k] += evidence.filter((at) => first.has(at)).length / evidence.length;
      }
    }
  }
  const share = (count: number): number => Math.round((count / questions) * 10_000) / 10_000;
  return { r5: share(found[5]), r10: share(found[10]), r20: share(found[20]) };
}

/** Ours, with a vector for each text or without: the very ranking that teams use. */
export function ours(dialogue: Dialogue, vectors?: ReadonlyMap<string, Float32Array>): Method {
  const memories = dialogue.turns.map((text, at) => asMemory(text, at, vectors?.get(text)));
  const ranking = createRanking(memories);
  const places = new Map(memories.map(({ id }, at) => [id, at]));
  return (question) => {
    const vector = vectors?.get(question);
    const embedding = vector === undefined ? undefined : { embedder: EMBEDDER, vector };
    return ranking
      .rank({ text: question, embedding, now: 0 })
      .flatMap(({ memory }) => places.get(memory.id) ?? []);
  };
}

/** By nearness of meaning alone, for comparison. */
export const byMeaning =
  (dialogue: Dialogue, vectors: ReadonlyMap<string, Float32Array>): Method =>
  (question) => {
    const asked = vectors.get(question) ?? new Float32Array();
    const near = dialogue.turns.map((text) =>
      cosine(asked, vectors.get(text) ?? new Float32Array()),
    );
    return [...near.keys()].sort((a, b) => (near[b] ?? 0) - (near[a] ?? 0));
  };

const EMBEDDER = 'bench';

const asMemory = (text: string, at: number, vector: Float32Array | undefined): Memory => ({
  id: String(at),
  kind: 'fact',
  text,
  topics: [],
  importance: 0.5,
  audience: 'asker',
  channelId: ChannelId('bench'),
  runId: RunId(`run-${at}`),
  evidence: text,
  hash: String(at),
  createdAt: at,
  ...(vector === undefined ? {} : { embedding: { embedder: EMBEDDER, vector } }),
});
