import { addUsage, NO_USAGE, type Usage } from '../conversation.ts';
import type { ModelRequest, ModelResult } from '../ports.ts';
import type { AgentSpec, RunLimits } from '../roster.ts';
import type { Allowance } from './budget.ts';
import type { Attempts } from './loop-guard.ts';
import { nextStep, type Step } from './step.ts';

type AskedBy = Pick<ModelRequest, 'agent' | 'model' | 'maxOutputTokens' | 'temperature' | 'topP'>;

/** What a request says of the agent that makes it, and of the model that was chosen for the run. */
export const askedBy = (
  { name, maxOutputTokens, temperature, topP }: AgentSpec,
  model: string | undefined,
): AskedBy => ({
  agent: name,
  maxOutputTokens,
  ...(model === undefined ? {} : { model }),
  ...(temperature === undefined ? {} : { temperature }),
  ...(topP === undefined ? {} : { topP }),
});

/** What an agent's model calls have come to. */
export interface Tally {
  readonly usage: Usage;
  /** Calls that were answered: they number the step keys. */
  readonly steps: number;
  /** Calls so far, those that failed included: each writes a draft of its own. */
  readonly calls: number;
  /** Failed calls in a row. */
  readonly failures: number;
}

export interface CalledModel {
  readonly result: ModelResult;
  /** Set for the last call, which had no tools to offer. */
  readonly concluding: boolean;
}

export interface Bounds {
  readonly allowance: Allowance;
  readonly attempts: Attempts;
  readonly limits: RunLimits;
}

/** What an agent does after one more call. */
export const stepAfterCall = (
  { usage, failures }: Tally,
  { result, concluding }: CalledModel,
  { allowance, attempts, limits }: Bounds,
): Step =>
  nextStep({
    result,
    concluding,
    usage: addUsage(usage, spentIn(result)),
    failures,
    retries: limits.retries,
    allowance,
    attempts,
    loopLimits: limits,
  });

/** The tally after one more call. */
export function afterCall(tally: Tally, { result }: CalledModel): Tally {
  return {
    usage: addUsage(tally.usage, spentIn(result)),
    // A failed call is tried again under the same step key: it has left nothing behind.
    steps: result.kind === 'replied' ? tally.steps + 1 : tally.steps,
    calls: tally.calls + 1,
    failures: result.kind === 'failed' ? tally.failures + 1 : 0,
  };
}

const spentIn = (result: ModelResult): Usage =>
  result.kind === 'replied' ? result.reply.usage : (result.usage ?? NO_USAGE);
