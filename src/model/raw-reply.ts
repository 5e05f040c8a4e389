import type { FetchedPage } from '../../machines/conversation.ts';
import { isRecord } from '../shared/parse.ts';
import type { ReasoningField } from './dialect.ts';
import { fetchedIn } from './fetched.ts';

/** A reply as the server worded it, whichever way it came. */
export interface RawReply {
  readonly text: string;
  readonly reasoning: string;
  readonly reasoningField: ReasoningField | undefined;
  readonly toolCalls: readonly RawToolCall[];
  readonly finish: string | undefined;
  readonly model: string | undefined;
  readonly usage: RawUsage | undefined;
  /** What its provider read for it; streams tell nothing of that. */
  readonly fetched?: readonly FetchedPage[];
}

export interface RawToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, if the model got it right. */
  readonly arguments: string;
}

export interface RawUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
}

/** Reads the body of a reply that came in one piece; `undefined` when it is not one. */
export function readWholeReply(body: unknown): RawReply | undefined {
  if (!isRecord(body) || !Array.isArray(body['choices'])) return undefined;
  const choice: unknown = body['choices'][0];
  const message = isRecord(choice) && isRecord(choice['message']) ? choice['message'] : {};
  const calls = Array.isArray(message['tool_calls']) ? message['tool_calls'].filter(isRecord) : [];
  return {
    text: textOf(message['content']),
    ...reasoningOf(message),
    toolCalls: calls.map(readToolCall),
    finish: isRecord(choice) ? stringOf(choice['finish_reason']) : undefined,
    model: stringOf(body['model']),
    usage: usageIn(body),
    fetched: fetchedIn(body, message),
  };
}

export function readToolCall(call: Readonly<Record<string, unknown>>): RawToolCall {
  const fn = isRecord(call['function']) ? call['function'] : {};
  const args = fn['arguments'] ?? '';
  return {
    id: stringOf(call['id']) ?? '',
    name: stringOf(fn['name']) ?? '',
    // Some servers send the arguments as the object that they stand for.
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
  };
}

/** A text, or the texts among the parts that some servers send instead. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) =>
      isRecord(part) && typeof part['text'] === 'string' ? part['text'] : '',
    )
    .join('');
}

export function reasoningOf(message: Readonly<Record<string, unknown>>): {
  readonly reasoning: string;
  readonly reasoningField: ReasoningField | undefined;
} {
  for (const field of ['reasoning', 'reasoning_content'] as const) {
    const reasoning = message[field];
    if (typeof reasoning === 'string' && reasoning !== '') {
      return { reasoning, reasoningField: field };
    }
  }
  return { reasoning: '', reasoningField: undefined };
}

/** Usage stands in `usage`, or in Groq's streams in `x_groq.usage`. */
export function usageIn(body: Readonly<Record<string, unknown>>): RawUsage | undefined {
  const groq = isRecord(body['x_groq']) ? body['x_groq']['usage'] : undefined;
  const usage = isRecord(body['usage']) ? body['usage'] : groq;
  if (!isRecord(usage) || usage['prompt_tokens'] === undefined) return undefined;
  const details = isRecord(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  const promptTokens = countOf(usage['prompt_tokens']);
  return {
    promptTokens,
    completionTokens: countOf(usage['completion_tokens']),
    cachedTokens: Math.min(countOf(details['cached_tokens']), promptTokens),
  };
}

export const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.ceil(value) : 0;
