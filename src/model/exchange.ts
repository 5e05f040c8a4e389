import { NO_USAGE, tokensOf, type Usage } from '../../machines/conversation.ts';
import type { Failure } from '../../machines/failure.ts';
import type { ModelReply, ModelRequest } from '../../machines/ports.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { type Admission, admit } from './admission.ts';
import { type Attempted, attempt } from './attempt.ts';
import type { Verdict } from './breaker.ts';
import type { EndSignal } from './call-end.ts';
import { chatBody, outputTokens, type Plan } from './chat-body.ts';
import { guessUsage } from './estimate.ts';
import { readFailedGeneration } from './failed-generation.ts';
import type { Fault } from './fault.ts';
import { addresseeOf, type Candidate, type ModelState } from './model-state.ts';
import { priceOf } from './price.ts';
import { judgeReply, toolCallsOf } from './reply.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { AttemptLimits, ModelLimits } from './settings.ts';
import type { Wallet } from './wallet.ts';

export interface ExchangeOptions {
  readonly limits: ModelLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly wallet: Wallet | undefined;
  readonly retryBudget: RetryBudget;
}

export interface ExchangeOrder {
  readonly request: ModelRequest;
  readonly candidate: Candidate;
  readonly plan: Plan;
  readonly signal: EndSignal;
  /** How much of the call's time is left. */
  readonly remainingMs: () => number;
  readonly onText: ((text: string) => void) | undefined;
}

export type Tried = Settled | { readonly kind: 'barred'; readonly failure: Failure };

type Settled =
  | { readonly kind: 'replied'; readonly reply: ModelReply }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly usage: Usage };

type Admitted = Extract<Admission, { kind: 'in' }>;

/** One attempt with everything around it: admission before, and afterwards all who must learn from it. */
export async function exchange(order: ExchangeOrder, options: ExchangeOptions): Promise<Tried> {
  const { request, candidate, plan, signal, remainingMs } = order;
  const { clock, wallet, retryBudget } = options;
  const { state, ownTools } = candidate;
  const admission = await admit(
    {
      request,
      state,
      ownTools,
      outputTokens: outputTokens(request, plan, addresseeOf(candidate)),
      signal,
      remainingMs,
    },
    options,
  );
  if (admission.kind === 'barred') return admission;
  retryBudget.countCall();
  const startedAt = clock.now();
  let settled: Settled | undefined;
  try {
    settled = await settle(order, options);
  } finally {
    // Also after a bug: what is held for a call that is over would be held for ever.
    letGo(admission, settled, wallet);
  }
  const usage = usageOf(settled);
  state.dearest = Math.max(state.dearest, tokensOf(usage));
  learn(settled, state, options);
  report(settled, { order, tookMs: clock.now() - startedAt, log: options.log });
  return settled;
}

/** Asks, and makes a reply or a fault of what came. */
async function settle(order: ExchangeOrder, { clock }: ExchangeOptions): Promise<Settled> {
  const { request, candidate, plan, signal, remainingMs, onText } = order;
  const { state } = candidate;
  const attempted = await attempt({
    provider: state.provider,
    body: chatBody(request, plan, addresseeOf(candidate)),
    who: state.who,
    limits: shortened(state.provider.limits, remainingMs()),
    clock,
    signal,
    onText: plan.stream ? onText : undefined,
    onHeaders: state.bucket.learn,
  });
  return judge(attempted, request, state);
}

function letGo(
  { reservation, pass }: Admitted,
  settled: Settled | undefined,
  wallet: Wallet | undefined,
): void {
  if (reservation !== undefined) {
    if (settled === undefined) wallet?.release(reservation);
    else wallet?.settle(reservation, usageOf(settled));
  }
  pass(settled === undefined ? { kind: 'void' } : verdictOn(settled));
}

const usageOf = (settled: Settled): Usage =>
  settled.kind === 'replied' ? settled.reply.usage : settled.usage;

function shortened(limits: AttemptLimits, remainingMs: number): AttemptLimits {
  return limits.replyMs <= remainingMs ? limits : { ...limits, replyMs: Math.max(remainingMs, 1) };
}

function judge(attempted: Attempted, request: ModelRequest, state: ModelState): Settled {
  const { who, model, price } = state;
  if (attempted.kind === 'fault') {
    const usage = usageOfFault(attempted, request, state);
    const reply = rescue(attempted.fault, request, { model, usage });
    return reply === undefined
      ? { kind: 'fault', fault: attempted.fault, usage }
      : { kind: 'replied', reply };
  }
  const judged = judgeReply(attempted.raw, { request, who, model, price });
  if (judged.kind === 'fault') return judged;
  if (state.provider.dialect.reasoningField === undefined) {
    state.reasoningField = attempted.raw.reasoningField ?? state.reasoningField;
  }
  return { kind: 'replied', reply: judged.reply };
}

/** Nobody counts for a request that failed: nothing when the model had not begun, else a guess from what was sent and came. */
function usageOfFault(
  { fault, received }: Extract<Attempted, { kind: 'fault' }>,
  request: ModelRequest,
  { price }: ModelState,
): Usage {
  const written = fault.failedGeneration?.length ?? received;
  if (written === undefined) return { ...NO_USAGE, calls: 1 };
  const counted = guessUsage(request, written);
  return { ...counted, costMicroUsd: priceOf(counted, price) };
}

/** The tool call that the server could not read, if we can. Whether tool and arguments exist is the toolbox's to say. */
function rescue(
  { failedGeneration }: Fault,
  request: ModelRequest,
  known: Pick<ModelReply, 'model' | 'usage'>,
): ModelReply | undefined {
  if (failedGeneration === undefined || request.tools.length === 0) return undefined;
  const names = new Set(request.tools.map(({ name }) => name));
  const raw = readFailedGeneration(failedGeneration, names);
  if (raw.length === 0) return undefined;
  return { ...known, text: '', toolCalls: toolCallsOf(raw, request), finish: 'tool_calls' };
}

/** What the breaker is told: only what says something about the health of the model. */
function verdictOn(settled: Settled): Verdict {
  if (settled.kind === 'replied') return { kind: 'ok' };
  const { kind, transient } = settled.fault.failure;
  if (kind === 'empty' || kind === 'tool_use_failed') return { kind: 'ok' };
  return transient ? { kind: 'failed', why: kind } : { kind: 'void' };
}

function learn(settled: Settled, state: ModelState, { limits, clock }: ExchangeOptions): void {
  state.calls++;
  if (settled.kind === 'replied') return;
  const { failure, refusedField } = settled.fault;
  state.failures++;
  if (refusedField !== undefined) state.refused.add(refusedField);
  if (failure.kind === 'model_gone') state.goneUntil = clock.now() + limits.goneMs;
  if (failure.kind === 'rate_limited' && failure.retryAfterMs !== undefined) {
    state.bucket.block(failure.retryAfterMs);
  }
}

interface Occasion {
  readonly order: ExchangeOrder;
  readonly tookMs: number;
  readonly log: Log;
}

function report(settled: Settled, { order, tookMs, log }: Occasion): void {
  const { who: model } = order.candidate.state;
  const { run, agent, stepKey } = order.request;
  const base = { model, agent, stepKey, runId: run.runId, tookMs };
  if (settled.kind === 'replied') {
    const { promptTokens, completionTokens, costMicroUsd } = settled.reply.usage;
    log.debug(
      'model.replied',
      Object.assign(base, { promptTokens, completionTokens, costMicroUsd }),
    );
    return;
  }
  const { kind, message } = settled.fault.failure;
  if (kind === 'aborted') log.debug('model.aborted', base);
  else log.warn('model.failed', { ...base, kind, message });
}
