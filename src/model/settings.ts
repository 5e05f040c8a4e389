import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Json } from '../shared/parse.ts';
import type { BreakerLimits } from './breaker.ts';
import type { Wallet } from './wallet.ts';

/** A server that runs models, as configuration names it. */
export type ProviderConfig =
  | {
      readonly kind: 'groq';
      readonly name: string;
      readonly apiKey: string;
      /** With or without `/openai/v1` at its end; the public service when left out. */
      readonly baseUrl?: string;
      readonly limits?: Partial<AttemptLimits>;
    }
  | {
      /** Ollama, llama.cpp, vLLM and whatever else speaks OpenAI's chat completions. */
      readonly kind: 'openai-compatible';
      readonly name: string;
      /** Usually ends in `/v1`, which is added when the address has no path. */
      readonly baseUrl: string;
      readonly apiKey?: string;
      readonly limits?: Partial<AttemptLimits>;
    };

/** One entry of an agent's ordered list. */
export interface ModelChoice {
  /** The `name` of a configured provider. */
  readonly provider: string;
  readonly model: string;
  /** Fields added to every request to this model, such as `reasoning_effort`. */
  readonly extra?: Readonly<Record<string, Json>>;
  /** True: it works with tools of its provider, and is not offered those of the house. */
  readonly ownTools?: boolean;
  /** True: it stays where it is in its list, whatever model is chosen for a run. */
  readonly isFixed?: boolean;
}

/** What is known of a model, by its id. Prices in US dollars for a million tokens. */
export interface ModelFacts {
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
  /** Prompt tokens that the provider had cached; as dear as others when left out. */
  readonly cachedUsdPerMillion?: number;
  /** The longest reply the model can write; requests for more are cut to it. */
  readonly maxOutputTokens?: number;
  /** Below this a reasoning model may have no room left to answer; requests for less are raised to it. */
  readonly minOutputTokens?: number;
}

/** Deadlines of one request to one model, in milliseconds. */
export interface AttemptLimits {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Streams only: until the first piece of text, reasoning or tool call. */
  readonly firstTokenMs: number;
  /** Silence between two pieces of a reply that has begun; comments of the stream are silence. */
  readonly idleMs: number;
  /** The whole exchange, body included. */
  readonly replyMs: number;
}

export interface ModelLimits extends AttemptLimits {
  /** One call of the port: all its attempts, waits and fallbacks. */
  readonly callMs: number;
  /** A provider that asks for a longer pause is left for the next model of the list. */
  readonly maxRetryAfterMs: number;
  /** Further attempts at one model after transient failures. */
  readonly retriesPerModel: number;
  /** Retries of all calls together, as a share of the calls of the last minute, plus `retrySpare`. */
  readonly retryShare: number;
  readonly retrySpare: number;
  /** The longest possible first pause; doubles per retry up to `backoffLongestMs`; the real one is drawn from 0 up. */
  readonly backoffFirstMs: number;
  readonly backoffLongestMs: number;
  /** A reply larger than this many bytes is a failure. */
  readonly maxReplyBytes: number;
  /** How long `check` waits for a provider's list of models. */
  readonly checkMs: number;
  /** How long a model that its provider does not know is left out. */
  readonly goneMs: number;
  readonly breaker: BreakerLimits;
}

export const DEFAULT_MODEL_LIMITS: ModelLimits = {
  connectMs: 10_000,
  firstTokenMs: 20_000,
  idleMs: 20_000,
  replyMs: 60_000,
  callMs: 120_000,
  maxRetryAfterMs: 10_000,
  retriesPerModel: 2,
  retryShare: 0.1,
  retrySpare: 3,
  backoffFirstMs: 500,
  backoffLongestMs: 8_000,
  maxReplyBytes: 16 * 1024 * 1024,
  checkMs: 5_000,
  goneMs: 600_000,
  breaker: { consecutive: 5, minCalls: 10, share: 0.5, windowMs: 30_000, openMs: 30_000 },
};

export interface ModelsOptions {
  readonly providers: readonly ProviderConfig[];
  /** Ordered lists by `ModelRequest.agent`; `default` is used for agents without one. */
  readonly agents: Readonly<Record<string, readonly ModelChoice[]>>;
  /** By model id; a model without facts costs nothing and is reported once. */
  readonly facts?: Readonly<Record<string, ModelFacts>>;
  readonly limits?: Partial<ModelLimits>;
  readonly clock?: Clock;
  /** A number in [0, 1), for jitter. */
  readonly random?: () => number;
  readonly log?: Log;
  readonly wallet?: Wallet;
}
