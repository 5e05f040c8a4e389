import type { Failure } from '../../machines/failure.ts';
import type { Plan } from './chat-body.ts';
import type { Fault } from './fault.ts';
import type { ModelLimits } from './settings.ts';

/** How often something may be put right in one call, whatever model it happens at. */
const MAX_REPAIRS = 3;

export interface Setback {
  readonly fault: Fault;
  readonly plan: Plan;
  /** Attempts at this model so far that were retries. */
  readonly retries: number;
  /** What the attempt before this one failed of. */
  readonly lastKind: Failure['kind'] | undefined;
  /** Repairs in this call so far. */
  readonly repairs: number;
  /** The list has another model after this one. */
  readonly hasNext: boolean;
  /** Text of this call has been shown already: no second draft may follow it. */
  readonly drafted: boolean;
}

/** What to do after a setback. */
export type Recovery =
  | { readonly kind: 'retry'; readonly plan: Plan; readonly waitMs: number }
  /** Not a retry of the same request: it costs no retry, but repairs are few. */
  | { readonly kind: 'repair'; readonly plan: Plan }
  | { readonly kind: 'next_model' }
  | { readonly kind: 'give_up' };

/** Decides by the kind of failure; pure but for `random`. */
export function recover(setback: Setback, limits: ModelLimits, random: () => number): Recovery {
  const plan = setback.drafted ? { ...setback.plan, stream: false } : setback.plan;
  const { failure, refusedField } = setback.fault;
  switch (failure.kind) {
    case 'aborted':
    case 'budget':
    case 'storage':
    case 'limit':
      return { kind: 'give_up' };
    case 'tool_use_failed':
      return repairToolUse(setback, plan);
    case 'truncated':
      return once(setback, { ...plan, stream: false });
    case 'empty':
      return once(setback, { ...plan, roomy: true });
    case 'timeout':
      return setback.hasNext ? { kind: 'next_model' } : again(setback, plan, { limits, random });
    case 'rate_limited':
    case 'over_capacity':
    case 'transport':
    case 'server':
      return again(setback, plan, { limits, random });
    case 'bad_request':
      return refusedField !== undefined && setback.repairs < MAX_REPAIRS
        ? { kind: 'repair', plan }
        : { kind: 'next_model' };
    default:
      return { kind: 'next_model' };
  }
}

/** First calmer, then by the next model of the list, at last without tools. */
function repairToolUse({ repairs, hasNext }: Setback, plan: Plan): Recovery {
  if (!plan.calm && repairs < MAX_REPAIRS - 1)
    return { kind: 'repair', plan: { ...plan, calm: true } };
  if (hasNext) return { kind: 'next_model' };
  if (!plan.tools || repairs >= MAX_REPAIRS) return { kind: 'give_up' };
  return { kind: 'repair', plan: { ...plan, calm: true, tools: false } };
}

function once({ fault, lastKind }: Setback, plan: Plan): Recovery {
  if (lastKind === fault.failure.kind) return { kind: 'next_model' };
  return { kind: 'retry', plan, waitMs: 0 };
}

/** Full jitter: the pause is drawn from nothing up to a bound that doubles; a provider's own wish comes on top. */
function again(
  { fault, retries }: Setback,
  plan: Plan,
  { limits, random }: { readonly limits: ModelLimits; readonly random: () => number },
): Recovery {
  const asked = fault.failure.retryAfterMs ?? 0;
  if (retries >= limits.retriesPerModel || asked > limits.maxRetryAfterMs) {
    return { kind: 'next_model' };
  }
  const bound = Math.min(limits.backoffFirstMs * 2 ** retries, limits.backoffLongestMs);
  return { kind: 'retry', plan, waitMs: asked + Math.floor(random() * bound) };
}
