import type { Clock } from '../shared/clock.ts';
import { type Breaker, type BreakerState, createBreaker } from './breaker.ts';
import { type Bucket, type BucketStatus, createBucket } from './bucket.ts';
import type { Addressee } from './chat-body.ts';
import type { ReasoningField } from './dialect.ts';
import { type Price, priceFrom } from './price.ts';
import type { Provider } from './provider.ts';
import type { ModelChoice, ModelFacts, ModelLimits } from './settings.ts';

/** One model at one provider, with all that we have learnt of it. Shared by all agents and users. */
export interface ModelState {
  readonly provider: Provider;
  readonly model: string;
  /** `groq/openai/gpt-oss-120b`. */
  readonly who: string;
  readonly price: Price;
  readonly minOutputTokens: number;
  readonly maxOutputTokens: number;
  readonly breaker: Breaker;
  readonly bucket: Bucket;
  readonly refused: Set<string>;
  reasoningField: ReasoningField | undefined;
  /** Its provider's list does not have it. */
  missing: boolean;
  /** Its provider said that it does not exist: not asked again before this time. */
  goneUntil: number;
  /** Tokens of the dearest attempt that was seen. */
  dearest: number;
  calls: number;
  failures: number;
}

/** A model as one agent uses it. */
export interface Candidate {
  readonly state: ModelState;
  readonly extra: NonNullable<ModelChoice['extra']>;
  readonly ownTools: boolean;
  readonly isFixed: boolean;
}

/** What can be seen of a model from outside. */
export interface ModelStatus extends BucketStatus {
  readonly provider: string;
  readonly model: string;
  readonly breaker: BreakerState;
  /** Not on its provider's list, or reported gone by it a while ago. */
  readonly missing: boolean;
  /** Attempts since the start, and how many of them failed. */
  readonly calls: number;
  readonly failures: number;
}

export interface ModelStateOptions {
  readonly provider: Provider;
  readonly model: string;
  readonly facts: ModelFacts | undefined;
  readonly limits: ModelLimits;
  readonly clock: Clock;
}

export function createModelState(options: ModelStateOptions): ModelState {
  const { provider, model, facts, limits, clock } = options;
  return {
    provider,
    model,
    who: `${provider.name}/${model}`,
    price: priceFrom(facts),
    minOutputTokens: facts?.minOutputTokens ?? 1,
    maxOutputTokens: facts?.maxOutputTokens ?? Number.MAX_SAFE_INTEGER,
    breaker: createBreaker(limits.breaker, clock),
    bucket: createBucket(clock),
    refused: new Set(),
    reasoningField: provider.dialect.reasoningField,
    missing: false,
    goneUntil: 0,
    dearest: 0,
    calls: 0,
    failures: 0,
  };
}

export function addresseeOf({ state, extra, ownTools }: Candidate): Addressee {
  const { model, provider, refused, minOutputTokens, maxOutputTokens } = state;
  const field = state.reasoningField;
  const reasoningField = field !== undefined && refused.has(field) ? undefined : field;
  const { dialect } = provider;
  return {
    model,
    dialect,
    reasoningField,
    extra,
    ownTools,
    minOutputTokens,
    maxOutputTokens,
    refused,
  };
}

export function statusOf(state: ModelState, now: number): ModelStatus {
  const { provider, model, breaker, bucket, calls, failures } = state;
  const missing = state.missing || state.goneUntil > now;
  return {
    provider: provider.name,
    model,
    breaker: breaker.state(),
    missing,
    calls,
    failures,
    ...bucket.status(),
  };
}
