import type { ToolCall, Usage } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type {
  ModelCallOptions,
  ModelPort,
  ModelReply,
  ModelRequest,
  ModelResult,
} from '../../machines/ports.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { pause } from './waiting.ts';

/** What a scripted model does with one request. */
export type ScriptedStep =
  | {
      readonly kind: 'say';
      readonly text: string;
      /** What `onDelta` gets, one by one; the text in one piece when left out. */
      readonly pieces?: readonly string[];
      readonly reasoning?: string;
      readonly finish?: 'stop' | 'length';
      readonly usage?: Partial<Usage>;
      /** Before the reply, and between its pieces. */
      readonly delayMs?: number;
    }
  | {
      readonly kind: 'use';
      readonly calls: readonly {
        readonly name: string;
        readonly input?: Readonly<Record<string, unknown>>;
        readonly invalid?: string;
      }[];
      readonly text?: string;
      readonly reasoning?: string;
      readonly usage?: Partial<Usage>;
      readonly delayMs?: number;
    }
  | { readonly kind: 'fail'; readonly failure: Failure; readonly delayMs?: number }
  /** Answers nothing until it is aborted. */
  | { readonly kind: 'hang' }
  /** Rejects: what a bug in a model adapter would do. */
  | { readonly kind: 'throw'; readonly message: string };

/** Steps in the order of the calls, or a function of the request and its number (from 0). */
export type Script =
  | readonly ScriptedStep[]
  | ((request: ModelRequest, nth: number) => ScriptedStep | Promise<ScriptedStep>);

export interface ScriptedModel extends ModelPort {
  /** Every request so far, in order. */
  readonly requests: readonly ModelRequest[];
}

const SCRIPT_ENDED: ScriptedStep = {
  kind: 'fail',
  failure: failure('unknown', 'The script of this model is at its end: give it more steps.'),
};

/** A model that follows a script: the same requests get the same replies, ids and token counts. */
export function scriptedModel(
  script: Script,
  options: { readonly clock?: Clock; readonly name?: string } = {},
): ScriptedModel {
  const clock = options.clock ?? systemClock;
  const name = options.name ?? 'scripted';
  const requests: ModelRequest[] = [];
  return {
    requests,
    async call(request, callOptions) {
      const nth = requests.push(request) - 1;
      const step =
        typeof script === 'function' ? await script(request, nth) : (script[nth] ?? SCRIPT_ENDED);
      return play(step, { request, callOptions, clock, name });
    },
  };
}

interface Stage {
  readonly request: ModelRequest;
  readonly callOptions: ModelCallOptions;
  readonly clock: Clock;
  readonly name: string;
}

const ABORTED: ModelResult = {
  kind: 'failed',
  failure: failure('aborted', 'The call of the scripted model was aborted.'),
};

async function play(step: ScriptedStep, stage: Stage): Promise<ModelResult> {
  const { signal } = stage.callOptions;
  if (step.kind === 'hang') {
    await aborted(signal);
    return ABORTED;
  }
  if (step.kind === 'throw') throw new Error(step.message);
  const inTime = await pause({ signal, ms: step.delayMs ?? 0, clock: stage.clock });
  if (!inTime) return ABORTED;
  if (step.kind === 'fail') return { kind: 'failed', failure: step.failure };
  if (step.kind === 'say' && !(await stream(step, stage))) return ABORTED;
  return { kind: 'replied', reply: replyOf(step, stage) };
}

/** False when it was aborted before the last piece. */
async function stream(
  step: Extract<ScriptedStep, { kind: 'say' }>,
  { request, callOptions, clock }: Stage,
): Promise<boolean> {
  const { onDelta, signal } = callOptions;
  if (onDelta === undefined || request.draftTurn === undefined) return true;
  const [first, ...others] = step.pieces ?? [step.text];
  if (first !== undefined && first !== '') onDelta(first);
  for (const piece of others) {
    if (!(await pause({ signal, ms: step.delayMs ?? 0, clock }))) return false;
    onDelta(piece);
  }
  return true;
}

function replyOf(
  step: Extract<ScriptedStep, { kind: 'say' | 'use' }>,
  { request, name }: Stage,
): ModelReply {
  const text = step.text ?? '';
  const toolCalls =
    step.kind === 'use' ? step.calls.map((call, i) => asCall(call, request, i)) : [];
  const finish = step.kind === 'use' ? 'tool_calls' : (step.finish ?? 'stop');
  const reply = { text, toolCalls, model: name, usage: usageOf(step, request), finish } as const;
  return step.reasoning === undefined ? reply : { ...reply, reasoning: step.reasoning };
}

function asCall(
  call: Extract<ScriptedStep, { kind: 'use' }>['calls'][number],
  request: ModelRequest,
  index: number,
): ToolCall {
  const base = { id: `${request.stepKey}#${index}`, name: call.name };
  return call.invalid === undefined
    ? { ...base, input: call.input ?? {} }
    : { ...base, input: {}, invalid: call.invalid };
}

/** One token for four characters, begun ones counted whole; no money. */
function usageOf(
  step: Extract<ScriptedStep, { kind: 'say' | 'use' }>,
  request: ModelRequest,
): Usage {
  const asked = request.messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    calls: 1,
    promptTokens: Math.ceil(asked / 4),
    completionTokens: Math.ceil((step.text ?? '').length / 4),
    cachedTokens: 0,
    costMicroUsd: 0,
    ...step.usage,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
