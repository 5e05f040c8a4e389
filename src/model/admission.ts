import { type Failure, type FailureKind, failure } from '../../machines/failure.ts';
import type { ModelRequest } from '../../machines/ports.ts';
import type { Clock } from '../shared/clock.ts';
import type { Pass } from './breaker.ts';
import type { EndSignal } from './call-end.ts';
import { guessTokens, promptBytes } from './estimate.ts';
import type { ModelState } from './model-state.ts';
import { priceOf } from './price.ts';
import type { ModelLimits } from './settings.ts';
import { pause } from './waiting.ts';
import type { Refused, Reservation, Wallet } from './wallet.ts';

export interface Applicant {
  readonly request: ModelRequest;
  readonly state: ModelState;
  /** It works with tools of its provider: how much it reads is its own affair. */
  readonly ownTools: boolean;
  /** The room that the reply gets. */
  readonly outputTokens: number;
  readonly signal: EndSignal;
  /** How much of the call's time is left. */
  readonly remainingMs: () => number;
}

export interface GateOptions {
  readonly limits: ModelLimits;
  readonly clock: Clock;
  readonly wallet: Wallet | undefined;
}

export type Admission =
  | { readonly kind: 'in'; readonly pass: Pass; readonly reservation: Reservation | undefined }
  | { readonly kind: 'barred'; readonly failure: Failure };

/** All that must agree before a request is sent: the breaker, the provider's limits, the budget. */
export async function admit(applicant: Applicant, options: GateOptions): Promise<Admission> {
  const { state } = applicant;
  if (state.breaker.state() === 'open') return barred(resting(state));
  const tokens = guessTokens(promptBytes(applicant.request)) + applicant.outputTokens;
  const waitMs = state.bucket.take(tokens);
  const jam = waitMs === 0 ? undefined : await waitForRoom({ tokens, waitMs }, applicant, options);
  if (jam !== undefined) return barred(jam);
  const { wallet } = options;
  const money = wallet === undefined ? NO_MONEY : await reserve(applicant, wallet, options);
  if (money.kind === 'barred') {
    state.bucket.untake(tokens);
    return money;
  }
  const pass = state.breaker.enter();
  if (pass !== undefined) {
    state.bucket.sent(tokens);
    return { kind: 'in', pass, reservation: money.reservation };
  }
  money.release();
  state.bucket.untake(tokens);
  return barred(resting(state));
}

const barred = (failure: Failure) => ({ kind: 'barred', failure }) as const;

/** Failures that a resting model goes on being said to have; after any other it is said to have no room. */
const LASTING: ReadonlySet<FailureKind> = new Set(['transport', 'server', 'rate_limited']);

function resting({ who, breaker }: ModelState): Failure {
  const { why, leftMs, isAgain } = breaker.rest() ?? {
    why: 'over_capacity',
    leftMs: 0,
    isAgain: false,
  };
  const message = `${who} failed too often and is left alone for a while; the last failure: ${why}.`;
  const failed = failure(LASTING.has(why) ? why : 'over_capacity', message, leftMs);
  // The first rest is worth sitting out. After a second one nobody knows whether there will be a third.
  return isAgain && leftMs > 0 ? { ...failed, transient: false } : failed;
}

async function waitForRoom(
  { tokens, waitMs }: { readonly tokens: number; readonly waitMs: number },
  { state, signal, remainingMs }: Applicant,
  { limits, clock }: GateOptions,
): Promise<Failure | undefined> {
  if (waitMs > Math.min(limits.maxRetryAfterMs, remainingMs())) {
    state.bucket.untake(tokens);
    const message = `The limit of ${state.who} is spent for ${Math.ceil(waitMs / 1000)} s.`;
    return failure('rate_limited', message, waitMs);
  }
  if (await pause({ ms: waitMs, signal, clock })) return undefined;
  state.bucket.untake(tokens);
  return failure('aborted', `Aborted while waiting for room at ${state.who}.`);
}

/** What a model is held to take that reads for itself, until a dearer call was seen; then twice as much as that one. */
const SELF_FED_TOKENS = 65_536;

/** The most prompt tokens that it can cost: nobody has more tokens than bytes. */
const mostPromptTokens = ({ request, state, ownTools }: Applicant): number => {
  const sent = promptBytes(request);
  return ownTools ? Math.max(sent, SELF_FED_TOKENS, 2 * state.dearest) : sent;
};

type Money =
  | { readonly kind: 'put_aside'; readonly reservation: Reservation | undefined; release(): void }
  | { readonly kind: 'barred'; readonly failure: Failure };

/** Put aside where nobody keeps accounts. */
const NO_MONEY: Money = { kind: 'put_aside', reservation: undefined, release() {} };

async function reserve(
  applicant: Applicant,
  wallet: Wallet,
  { clock }: GateOptions,
): Promise<Money> {
  const { request, state, outputTokens, signal, remainingMs } = applicant;
  const counted = {
    promptTokens: mostPromptTokens(applicant),
    completionTokens: outputTokens,
    cachedTokens: 0,
  };
  const estimate = {
    tokens: counted.promptTokens + counted.completionTokens,
    costMicroUsd: priceOf(counted, state.price),
  };
  const paying = { userId: request.run.userId, purse: request.purse, estimate };
  const reserved = await wallet.reserve(paying, { signal, waitMs: remainingMs() });
  if (reserved.kind === 'reserved') {
    const { reservation } = reserved;
    return { kind: 'put_aside', reservation, release: () => wallet.release(reservation) };
  }
  if (reserved.kind === 'failed') return barred(reserved.failure);
  return barred(spentBudget(reserved, clock.now()));
}

function spentBudget(reserved: Refused, now: number): Failure {
  if (reserved.whose === 'purse')
    return failure('budget', 'What was left of the run for this is spent.');
  const whose = reserved.whose === 'user' ? "The user's" : "The house's";
  const until = new Date(reserved.untilMs).toISOString();
  const message = `${whose} budget for the day is spent; it is renewed at ${until}.`;
  return failure('budget', message, reserved.untilMs - now);
}
