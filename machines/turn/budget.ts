import { tokensOf, type Usage } from '../conversation.ts';

/** What an agent may still spend. */
export interface Allowance {
  readonly maxSteps: number;
  readonly maxTokens: number;
}

/** True when only one more model call may be made: it must answer without tools. */
export const isLastStep = (steps: number, allowance: Allowance): boolean =>
  steps + 1 >= allowance.maxSteps;

/** True when no model call may be made any more; passed by one call at most. */
export const isOutOfTokens = (usage: Usage, allowance: Allowance): boolean =>
  tokensOf(usage) >= allowance.maxTokens;

/** The pause before try number `attempt` (from 1): half a second, doubling, 8 s at most; longer if asked to. */
export const backoffMs = (attempt: number, retryAfterMs = 0): number =>
  Math.max(retryAfterMs, Math.min(8_000, 500 * 2 ** (attempt - 1)));
