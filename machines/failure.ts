/** What can go wrong with a model, a tool, a member or the store, as a closed set. */
export type FailureKind =
  /** The provider's limit is spent; `retryAfterMs` says for how long. */
  | 'rate_limited'
  /** The provider has no room at present (498, 503, 529). */
  | 'over_capacity'
  /** The prompt does not fit the model. */
  | 'too_large'
  /** The model produced a tool call that cannot be used or repaired. */
  | 'tool_use_failed'
  /** The reply does not have the promised shape. */
  | 'bad_schema'
  /** The model id does not exist (any more). */
  | 'model_gone'
  /** The key is missing, wrong or not allowed to do this. */
  | 'auth'
  /** The provider refused the request as malformed. */
  | 'bad_request'
  /** Somebody asked for it to stop. */
  | 'aborted'
  /** A deadline passed. */
  | 'timeout'
  /** The connection failed or was cut. */
  | 'transport'
  /** The other side answered with an error of its own. */
  | 'server'
  /** The reply ended before it was complete; nothing of it may pass as an answer. */
  | 'truncated'
  /** The model answered with nothing. */
  | 'empty'
  /** A tool was given input that does not fit its schema. */
  | 'invalid_input'
  /** No such tool, member or model. */
  | 'unknown'
  /** The thing exists but cannot be used here and now. */
  | 'unavailable'
  /** Spending would exceed a budget. */
  | 'budget'
  /** A limit of steps, delegations, time, depth or repetition was reached. */
  | 'limit'
  /** The database could not be read or written. */
  | 'storage'
  /** A tool threw: a bug in it, contained at its door. */
  | 'tool_bug'
  /** The same question brought its team down too often. */
  | 'poisonous';

/** Something that went wrong, as data. The run ends or works round it; the team lives. */
export interface Failure {
  readonly kind: FailureKind;
  /** For operators and models: names the thing and the remedy; never a secret, never a prompt. */
  readonly message: string;
  /** True when the same request may soon succeed without a change: worth another try within the run. */
  readonly transient: boolean;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

const TRANSIENT: ReadonlySet<FailureKind> = new Set([
  'rate_limited',
  'over_capacity',
  'timeout',
  'transport',
  'server',
  'truncated',
  'empty',
  'storage',
]);

/** Builds a `Failure`; whether it is transient follows from its kind. */
export function failure(kind: FailureKind, message: string, retryAfterMs?: number): Failure {
  const base = { kind, message, transient: TRANSIENT.has(kind) };
  return retryAfterMs === undefined ? base : { ...base, retryAfterMs };
}
