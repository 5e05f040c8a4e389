import type { ToolSpec } from '../../machines/conversation.ts';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { ModelReply, ModelRequest, ModelResult } from '../../machines/ports.ts';
import { createModels, type Models } from '../../src/model/models.ts';
import type { ModelsOptions } from '../../src/model/settings.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import type { Act, ReceivedBody } from '../support/groq-server-scripts.ts';

export const CALCULATOR: ToolSpec = {
  name: 'calculator',
  description: 'Works out an expression.',
  parameters: { type: 'object', properties: { expression: { type: 'string' } } },
};

/** A request as a leader makes it. */
export const aRequest = (given: Partial<ModelRequest> = {}): ModelRequest => ({
  run: { runId: RunId('m1'), userId: UserId('ada'), channelId: ChannelId('c1'), epoch: 1 },
  stepKey: 'leader/1',
  agent: 'leader',
  messages: [
    { role: 'system', content: 'You are a careful leader.' },
    { role: 'user', content: 'What is 12 * 7?' },
  ],
  tools: [],
  maxOutputTokens: 500,
  ...given,
});

/** Short deadlines, no pauses: tests wait for nothing that need not be. */
export const QUICK = {
  connectMs: 2_000,
  firstTokenMs: 150,
  idleMs: 150,
  replyMs: 400,
  callMs: 3_000,
  backoffFirstMs: 2,
  backoffLongestMs: 4,
  retrySpare: 100,
};

/** Models on a Groq-shaped server: `big` first, then `small`, unless told otherwise. */
export function groqModels(
  server: Pick<GroqServer, 'url'>,
  given: Partial<ModelsOptions> = {},
): Models {
  return createModels({
    providers: [{ kind: 'groq', name: 'groq', apiKey: 'gsk_secret_key_1', baseUrl: server.url }],
    agents: { default: [{ provider: 'groq', model: 'big' }] },
    facts: {
      big: { inputUsdPerMillion: 1, outputUsdPerMillion: 2, cachedUsdPerMillion: 0.5 },
      small: { inputUsdPerMillion: 0.1, outputUsdPerMillion: 0.2 },
    },
    ...given,
    limits: { ...QUICK, ...given.limits },
  });
}

export const BOTH = {
  default: [
    { provider: 'groq', model: 'big' },
    { provider: 'groq', model: 'small' },
  ],
} as const;

export interface Asking {
  readonly signal?: AbortSignal;
  readonly onDelta?: (delta: string) => void;
}

/** Asks once and gives the result. */
export function ask(
  models: Models,
  request: Partial<ModelRequest> = {},
  { signal = new AbortController().signal, onDelta }: Asking = {},
): Promise<ModelResult> {
  const options = onDelta === undefined ? { signal } : { signal, onDelta };
  return models.call(aRequest(request), options);
}

/** The reply of a result that must be one. */
export function replyIn(result: ModelResult): ModelReply {
  if (result.kind === 'replied') return result.reply;
  throw new Error(`Not a reply: ${JSON.stringify(result.failure)}`);
}

/** The failure of a result that must be one. */
export function failureIn(result: ModelResult) {
  if (result.kind === 'failed') return result.failure;
  throw new Error(`Not a failure: ${JSON.stringify(result.reply)}`);
}

/** One server, and models on it for one test after the other. */
export interface Stage {
  readonly server: GroqServer;
  readonly models: Models;
  /** Opens models against a server that does this; what is returned gives the bodies received since. */
  playing(
    acts: readonly Act[] | ((model: string, nth: number) => Act),
    options?: Partial<ModelsOptions>,
  ): () => readonly ReceivedBody[];
  /** Closes the models of the last test. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const server = await startGroqServer();
  let models = groqModels(server);
  return {
    server,
    get models() {
      return models;
    },
    playing(acts, options = {}) {
      const from = server.requests.length;
      server.play(
        typeof acts === 'function' ? ({ body, nth }) => acts(body.model ?? '', nth - from) : acts,
      );
      models = groqModels(server, options);
      return () => server.requests.slice(from).map(({ body }) => body);
    },
    clear: () => models.close(),
    close: () => server.close(),
  };
}
