import type { Secret } from '../shared/secret.ts';
import type { EnvReader } from './env-reader.ts';

/** What is remembered of users, and by which models. */
export interface MemoryConfig {
  /** False: nothing is learnt and nothing recalled; what is kept can still be shown and erased. */
  readonly enabled: boolean;
  /** Model ids in order of preference; empty: the built-in list. */
  readonly models: readonly string[];
  /** Left out: memories are found by their words alone. */
  readonly embedder: EmbedderConfig | undefined;
}

/** A server that makes vectors of texts, in OpenAI's protocol. */
export interface EmbedderConfig {
  readonly url: string;
  readonly model: string;
  readonly apiKey: Secret | undefined;
}

export function readMemory(reader: EnvReader): { readonly memory: MemoryConfig } {
  const model = reader.text('EMBEDDING_MODEL');
  const url = reader.url('EMBEDDING_URL');
  const apiKey = reader.secret('EMBEDDING_API_KEY');
  if ((model === undefined) !== (url === undefined)) {
    reader.problems.push('EMBEDDING_URL and EMBEDDING_MODEL belong together: set both or neither.');
  }
  return {
    memory: {
      enabled: reader.oneOf('MEMORY', ['on', 'off'], 'on') === 'on',
      models: reader.list('MEMORY_MODEL'),
      embedder: url === undefined || model === undefined ? undefined : { url, model, apiKey },
    },
  };
}
