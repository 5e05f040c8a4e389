import type Groq from 'groq-sdk';
import type { Clock } from '../shared/clock.ts';
import { isRecord } from '../shared/parse.ts';
import type { ChatBody } from './chat-body.ts';
import { COMPATIBLE_DIALECT, type Dialect, GROQ_DIALECT } from './dialect.ts';
import { chatTarget, createGroqClient } from './groq-client.ts';
import type { CallListener, HttpCall } from './http-call.ts';
import type { AttemptLimits, ModelLimits, ProviderConfig } from './settings.ts';
import { createTransport, type Target } from './transport.ts';

const GROQ_URL = 'https://api.groq.com';
/** What strangers are told: not the machine's make, and no headers that the environment meant for Groq. */
const PLAIN_HEADERS = ['accept', 'authorization', 'content-type', 'user-agent'];

/** A server that runs models, ready to be asked. */
export interface Provider {
  readonly name: string;
  readonly dialect: Dialect;
  readonly limits: AttemptLimits;
  /** Sends a request. Rejects when it cannot be made or the provider is closed. */
  send(body: ChatBody, listener: CallListener): Promise<HttpCall>;
  /** The ids of its models. Rejects when they cannot be read. */
  listModels(signal: AbortSignal): Promise<readonly string[]>;
  close(): void;
}

/** Throws `TypeError` when the address of the provider is not usable. */
export function openProvider(config: ProviderConfig, limits: ModelLimits, clock: Clock): Provider {
  const own = { ...limits, ...config.limits };
  const isGroq = config.kind === 'groq';
  const transport = createTransport({
    connectMs: own.connectMs,
    maxReplyBytes: limits.maxReplyBytes,
    clock,
    ...(isGroq ? {} : { headers: PLAIN_HEADERS }),
  });
  const client = createGroqClient({
    baseUrl: isGroq ? groqUrl(config) : compatibleUrl(config),
    compatible: !isGroq,
    apiKey: config.apiKey === '' ? undefined : config.apiKey,
    transport,
  });
  let target: Target | undefined;
  return {
    name: config.name,
    dialect: isGroq ? GROQ_DIALECT : COMPATIBLE_DIALECT,
    limits: own,
    async send(body, listener) {
      target ??= await chatTarget(client, transport);
      return transport.post(target, body.json, listener);
    },
    listModels: (signal) => listModels(client, signal),
    close: transport.close,
  };
}

async function listModels(client: Groq, signal: AbortSignal): Promise<readonly string[]> {
  const answer: unknown = await client.models.list({ signal });
  const data = isRecord(answer) ? answer['data'] : undefined;
  if (!Array.isArray(data)) throw new TypeError('The answer is not a list of models.');
  return data.flatMap((item) =>
    isRecord(item) && typeof item['id'] === 'string' ? [item['id']] : [],
  );
}

function groqUrl({ name, baseUrl }: ProviderConfig): string {
  if (baseUrl === undefined || baseUrl === '') return GROQ_URL;
  return checkedUrl(name, baseUrl).replace(/\/openai\/v1$/, '');
}

function compatibleUrl({ name, baseUrl }: ProviderConfig): string {
  const url = checkedUrl(name, baseUrl ?? '').replace(/\/chat\/completions$/, '');
  return new URL(url).pathname === '/' ? `${url}/v1` : url;
}

function checkedUrl(name: string, text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') {
    return url.href.replace(/\/+$/, '');
  }
  throw new TypeError(
    `The address of provider ${name} must look like http://host:port/v1, got ${JSON.stringify(text.slice(0, 80))}`,
  );
}
