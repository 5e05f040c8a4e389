import { isRecord, parseJson } from '../shared/parse.ts';
import type { Secret } from '../shared/secret.ts';
import { type Embedder, unit } from './embedder.ts';

export interface HttpEmbedderOptions {
  /** Of the API, up to and with `/v1`. */
  readonly url: string;
  readonly model: string;
  readonly apiKey?: Secret | undefined;
}

/** A vector and an address are small; a reply beyond this is none. */
const MAX_REPLY_BYTES = 32 * 1024 * 1024;

/** An embedder behind `/embeddings`, as OpenAI, Ollama, llama.cpp and vLLM speak it. */
export function createHttpEmbedder({ url, model, apiKey }: HttpEmbedderOptions): Embedder {
  const address = `${url.replace(/\/+$/, '')}/embeddings`;
  return {
    name: model,
    async embed(texts, { signal }) {
      const reply = await fetch(address, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey.reveal()}` }),
        },
        body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
        redirect: 'error',
        signal,
      });
      if (!reply.ok) {
        await reply.body?.cancel();
        throw new Error(`The embedder ${model} answered ${reply.status}. Check EMBEDDING_URL.`);
      }
      return vectorsIn(await boundedText(reply), texts.length, model);
    },
  };
}

async function boundedText(reply: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_REPLY_BYTES) throw new Error('The embedder’s reply is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function vectorsIn(text: string, count: number, model: string): readonly Float32Array[] {
  const parsed = parseJson(text);
  const data = parsed.ok && isRecord(parsed.value) ? parsed.value['data'] : undefined;
  const vectors = Array.isArray(data) ? inOrder(data).flatMap(vectorIn) : [];
  if (vectors.length === count) return vectors;
  throw new Error(`The embedder ${model} did not answer with ${count} vectors.`);
}

/** Servers that work on several texts at once say which vector belongs to which. */
const inOrder = (data: readonly unknown[]): readonly unknown[] =>
  data.toSorted((a, b) => indexOf(a) - indexOf(b));

const indexOf = (entry: unknown): number =>
  isRecord(entry) && typeof entry['index'] === 'number' ? entry['index'] : 0;

function vectorIn(entry: unknown): Float32Array[] {
  const values = isRecord(entry) ? entry['embedding'] : undefined;
  if (!Array.isArray(values) || values.length === 0) return [];
  return values.every((value) => typeof value === 'number' && Number.isFinite(value))
    ? [unit(values)]
    : [];
}
