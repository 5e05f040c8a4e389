import type { ToolCall, Usage } from '../../machines/conversation.ts';
import type { ModelReply, ModelRequest } from '../../machines/ports.ts';
import { isRecord, parseJson } from '../shared/parse.ts';
import { guessUsage } from './estimate.ts';
import { type Fault, fault } from './fault.ts';
import { type Price, priceOf } from './price.ts';
import type { RawReply, RawToolCall } from './raw-reply.ts';

export type Judged =
  | { readonly kind: 'reply'; readonly reply: ModelReply }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly usage: Usage };

export interface JudgeContext {
  readonly request: ModelRequest;
  /** `groq/openai/gpt-oss-120b`: the provider and the model that was asked. */
  readonly who: string;
  readonly model: string;
  readonly price: Price;
}

/** Turns what a server said into a reply that can be relied on, or says why it cannot be one. */
export function judgeReply(raw: RawReply, context: JudgeContext): Judged {
  const { request, who } = context;
  const usage = usageOf(raw, context);
  const finish = finishOf(raw);
  if (finish === undefined) {
    const why = raw.finish === 'content_filter' ? 'bad_request' : 'truncated';
    const message = `${who} stopped before its reply was complete (${raw.finish})`;
    return { kind: 'fault', fault: fault(why, message), usage };
  }
  if (raw.toolCalls.length === 0 && raw.text.trim() === '') {
    const why = finish === 'length' ? ': reasoning took all the room that the reply had' : '';
    return { kind: 'fault', fault: fault('empty', `${who} answered with nothing${why}`), usage };
  }
  const toolCalls = raw.toolCalls.length === 0 ? [] : toolCallsOf(raw.toolCalls, request);
  const { fetched = [] } = raw;
  const read = fetched.length === 0 ? {} : { fetched };
  const reply = { text: raw.text, toolCalls, model: context.model, usage, finish, ...read };
  return {
    kind: 'reply',
    reply: raw.reasoning === '' ? reply : { ...reply, reasoning: raw.reasoning },
  };
}

const WHOLE = new Set(['stop', 'eos', 'eos_token', 'end_turn', 'stop_sequence']);
const FULL = new Set(['length', 'max_tokens']);
const CALLS = new Set(['tool_calls', 'function_call', 'tool_use']);

/** `undefined` when the server itself says that the reply is not whole. A missing reason was judged before. */
function finishOf({ finish, toolCalls }: RawReply): ModelReply['finish'] | undefined {
  if (finish !== undefined && FULL.has(finish)) return 'length';
  const isKnown = finish === undefined || WHOLE.has(finish) || CALLS.has(finish);
  if (!isKnown) return undefined;
  return toolCalls.length > 0 ? 'tool_calls' : 'stop';
}

function usageOf(raw: RawReply, { request, price }: JudgeContext): Usage {
  const counted =
    raw.usage === undefined
      ? guessUsage(request, Buffer.byteLength(raw.text + raw.reasoning))
      : { calls: 1, ...raw.usage };
  return { ...counted, costMicroUsd: priceOf(counted, price) };
}

const MAX_ID = 128;

/** Gives every call an id of its own in the run, a name that a tool can have, and arguments that were read. */
export function toolCallsOf(raw: readonly RawToolCall[], request: ModelRequest): ToolCall[] {
  const names = new Set(request.tools.map(({ name }) => name));
  const used = idsIn(request);
  const ownId = request.stepKey.replace(/[^A-Za-z0-9_-]/g, '_');
  return raw.map((call, index) => {
    const isUsable = call.id !== '' && call.id.length <= MAX_ID && !used.has(call.id);
    const id = isUsable ? call.id : `${ownId}_${index}`;
    used.add(id);
    return { id, name: plainName(call.name, names), ...readArguments(call.arguments) };
  });
}

/** Some servers start again with `call_0` in every turn. */
function idsIn({ messages }: ModelRequest): Set<string> {
  const ids = new Set<string>();
  for (const message of messages) if (message.role === 'tool') ids.add(message.toolCallId);
  return ids;
}

/** gpt-oss lets its inner markup leak into names: `functions.web_search<|channel|>commentary`. */
function plainName(name: string, known: ReadonlySet<string>): string {
  if (known.has(name)) return name;
  const bare = name
    .replace(/<\|.*$/s, '')
    .replace(/^functions?\./, '')
    .trim();
  return known.has(bare) ? bare : name.slice(0, MAX_ID);
}

function readArguments(text: string): Pick<ToolCall, 'input' | 'invalid'> {
  if (text.trim() === '') return { input: {} };
  const parsed = parseJson(text);
  if (!parsed.ok) return { input: {}, invalid: `The arguments are not JSON: ${parsed.why}` };
  if (isRecord(parsed.value)) return { input: parsed.value };
  if (parsed.value === null) return { input: {} };
  // Some models put their object into a string.
  const inner = typeof parsed.value === 'string' ? parseJson(parsed.value) : undefined;
  if (inner?.ok && isRecord(inner.value)) return { input: inner.value };
  return { input: {}, invalid: 'The arguments are not a JSON object.' };
}
