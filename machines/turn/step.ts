import type { ToolCall, Usage } from '../conversation.ts';
import { type Failure, failure } from '../failure.ts';
import type { ModelReply, ModelResult } from '../ports.ts';
import { type Allowance, backoffMs, isOutOfTokens } from './budget.ts';
import { type Attempts, isLooping, type LoopLimits } from './loop-guard.ts';

/** What an agent does next, read from what the model said. */
export type Step =
  | { readonly kind: 'answer'; readonly reply: ModelReply; readonly cut: boolean }
  /** Do what the reply asks for, then think again. */
  | { readonly kind: 'act'; readonly reply: ModelReply }
  /** Going round in circles: what was asked for is not done; one last call, without tools. */
  | { readonly kind: 'conclude'; readonly reply: ModelReply }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'fail'; readonly failure: Failure };

/** True of a step after which nothing is left to do. */
export const isEnd = ({ kind }: Step): boolean => kind === 'answer' || kind === 'fail';

/** All that the next step depends on. */
export interface Situation {
  readonly result: ModelResult;
  /** Failed calls in a row before this one. */
  readonly failures: number;
  readonly retries: number;
  /** Tokens so far, this call included. */
  readonly usage: Usage;
  readonly allowance: Allowance;
  readonly attempts: Attempts;
  readonly loopLimits: LoopLimits;
  /** Set for the last call, which had no tools to offer. */
  readonly concluding: boolean;
}

/** From a model's result to the next step. */
export function nextStep(situation: Situation): Step {
  const { result } = situation;
  if (result.kind === 'failed') return afterFailure(result.failure, situation);
  const { reply } = result;
  if (reply.toolCalls.length > 0 && !situation.concluding) return afterWish(reply, situation);
  if (reply.text.trim() !== '') return { kind: 'answer', reply, cut: reply.finish === 'length' };
  return { kind: 'fail', failure: failure('empty', 'The model answered with nothing.') };
}

function afterFailure(failed: Failure, { failures, retries }: Situation): Step {
  const attempt = failures + 1;
  if (!failed.transient || attempt > retries) return { kind: 'fail', failure: failed };
  return { kind: 'retry', afterMs: backoffMs(attempt, failed.retryAfterMs) };
}

function afterWish(reply: ModelReply, situation: Situation): Step {
  const { usage, allowance, attempts, loopLimits } = situation;
  if (isOutOfTokens(usage, allowance)) return outOfTokens(reply);
  return isLooping(attempts, reply.toolCalls, loopLimits)
    ? { kind: 'conclude', reply }
    : { kind: 'act', reply };
}

/** Why nothing more is done when tokens have run out. */
export const TOKENS_SPENT = failure('limit', 'The token limit of this run is spent.');

/** The text beside the unaffordable calls is all there is. */
function outOfTokens(reply: ModelReply): Step {
  if (reply.text.trim() !== '') return { kind: 'answer', reply, cut: true };
  return { kind: 'fail', failure: TOKENS_SPENT };
}

/** The names of the tools in a reply, for whoever watches. */
export const namesOf = (calls: readonly ToolCall[]): readonly string[] =>
  calls.map((call) => call.name);
