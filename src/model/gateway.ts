import { addUsage, NO_USAGE, type Usage } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type { ModelReply, ModelRequest, ModelResult } from '../../machines/ports.ts';
import type { EndSignal } from './call-end.ts';
import type { Plan } from './chat-body.ts';
import { type ExchangeOptions, type ExchangeOrder, exchange } from './exchange.ts';
import type { Fault } from './fault.ts';
import type { Candidate } from './model-state.ts';
import { recover } from './recovery.ts';
import { pause } from './waiting.ts';

export interface GatewayOptions extends ExchangeOptions {
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
}

export interface GatewayCall {
  readonly request: ModelRequest;
  readonly signal: EndSignal;
  readonly onDelta: ((delta: string) => void) | undefined;
  /** In order of preference. */
  readonly candidates: readonly Candidate[];
}

/** Works down the list of models until one has answered, none is left, or the time is up. */
export async function callModels(call: GatewayCall, options: GatewayOptions): Promise<ModelResult> {
  const walk = new Walk(call, options);
  let last = failure('unknown', 'No model is configured.');
  for (const [index, candidate] of call.candidates.entries()) {
    const visit = await walk.visit(candidate, index < call.candidates.length - 1);
    if (visit.kind === 'replied') return { kind: 'replied', reply: visit.reply };
    last = visit.failure;
    if (visit.final) break;
  }
  return walk.usage.calls === 0
    ? { kind: 'failed', failure: last }
    : { kind: 'failed', failure: last, usage: walk.usage };
}

type Visit =
  | { readonly kind: 'replied'; readonly reply: ModelReply }
  /** `final`: no other model would do better. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly final: boolean };

const failed = (why: Failure, final: boolean): Visit => ({ kind: 'failed', failure: why, final });

/** What keeps the caller from any model, not only from this one. */
const FINAL: ReadonlySet<Failure['kind']> = new Set(['aborted', 'budget', 'storage', 'timeout']);

interface Visiting {
  plan: Plan;
  retries: number;
  lastKind: Failure['kind'] | undefined;
  readonly hasNext: boolean;
}

/** One call on its way through the list. */
class Walk {
  /** Of all attempts that failed so far. */
  usage: Usage = NO_USAGE;
  readonly #call: GatewayCall;
  readonly #options: GatewayOptions;
  readonly #deadlineAt: number;
  readonly #onText: ((text: string) => void) | undefined;
  readonly #remainingMs = (): number => this.#deadlineAt - this.#options.clock.now();
  #repairs = 0;
  #drafted = false;

  constructor(call: GatewayCall, options: GatewayOptions) {
    this.#call = call;
    this.#options = options;
    this.#deadlineAt = options.clock.now() + options.limits.callMs;
    const { onDelta } = call;
    if (onDelta === undefined || call.request.draftTurn === undefined) return;
    this.#onText = (text) => {
      this.#drafted = true;
      onDelta(text);
    };
  }

  async visit(candidate: Candidate, hasNext: boolean): Promise<Visit> {
    const here: Visiting = { plan: this.#firstPlan(), retries: 0, lastKind: undefined, hasNext };
    for (;;) {
      if (this.#remainingMs() <= 0) {
        const message = `No model answered within ${this.#options.limits.callMs} ms.`;
        return failed(failure('timeout', message), true);
      }
      const tried = await exchange(this.#orderFor(candidate, here.plan), this.#options);
      if (tried.kind === 'barred') return failed(tried.failure, FINAL.has(tried.failure.kind));
      if (tried.kind === 'replied') return { kind: 'replied', reply: this.#paid(tried.reply) };
      this.usage = addUsage(this.usage, tried.usage);
      const end = await this.#recover(tried.fault, here);
      if (end !== undefined) return end;
    }
  }

  /** Prepares the next attempt at the same model; what it returns ends the visit instead. */
  async #recover(fault: Fault, here: Visiting): Promise<Visit | undefined> {
    const { limits, random } = this.#options;
    const setback = { ...here, fault, repairs: this.#repairs, drafted: this.#drafted };
    const next = recover(setback, limits, random);
    if (next.kind === 'give_up') return failed(fault.failure, true);
    if (next.kind === 'next_model') return failed(fault.failure, false);
    here.plan = next.plan;
    here.lastKind = fault.failure.kind;
    if (next.kind === 'retry') {
      here.retries++;
      return this.#waitToRetry(next.waitMs, fault.failure);
    }
    this.#repairs++;
    return undefined;
  }

  #orderFor(candidate: Candidate, plan: Plan): ExchangeOrder {
    const { request, signal } = this.#call;
    const remainingMs = this.#remainingMs;
    return { request, candidate, plan, signal, remainingMs, onText: this.#onText };
  }

  /** The reply, with what the attempts before it have cost. */
  #paid(reply: ModelReply): ModelReply {
    return this.usage === NO_USAGE ? reply : { ...reply, usage: addUsage(this.usage, reply.usage) };
  }

  /** What ends the visit instead, if anything does. */
  async #waitToRetry(waitMs: number, why: Failure): Promise<Visit | undefined> {
    const { clock, retryBudget } = this.#options;
    const { signal } = this.#call;
    if (waitMs >= this.#remainingMs()) return failed(why, true);
    if (!retryBudget.mayRetry()) return failed(why, false);
    if (await pause({ ms: waitMs, signal, clock })) return undefined;
    return failed(failure('aborted', 'Aborted before the next attempt.'), true);
  }

  #firstPlan(): Plan {
    // A second draft would be added to the first: once text was shown, replies come in one piece.
    const stream = this.#onText !== undefined && !this.#drafted;
    return { stream, tools: true, calm: false, roomy: false };
  }
}
