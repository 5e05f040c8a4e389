/**
 * What the journal writes of a step, and how it is read back. What is read may be of an older version of this program, or
 * of anybody who can write to the database: whatever is not exactly as expected counts as not there. The step is then made
 * again, which costs something; a run that cannot go on because of a row nobody needs would cost more.
 */
import {
  type ChatMessage,
  type FileRef,
  NO_USAGE,
  type Source,
  type ToolCall,
  type ToolSpec,
  type Usage,
} from '../../machines/conversation.ts';
import type {
  ModelReply,
  ModelRequest,
  RunStep,
  ToolRequest,
  ToolResult,
} from '../../machines/ports.ts';
import { fingerprintOf } from '../shared/fingerprint.ts';
import { isRecord, parseJson } from '../shared/parse.ts';

/** Equal for requests that a model cannot tell apart. */
export function hashOfCall(request: ModelRequest): string {
  const { agent, messages, tools, temperature, topP, maxOutputTokens } = request;
  const asked = [agent, maxOutputTokens, temperature, topP, messages.map(toTuple)];
  return fingerprintOf(JSON.stringify(asked) + toolsText(tools));
}

/** Equal for the same use of the same tool. */
export const hashOfUse = ({ call }: ToolRequest): string =>
  fingerprintOf(JSON.stringify([call.name, call.input, call.invalid]));

/** A reply as the journal keeps it. Arguments stay a text, since a database may put the keys of an object in another order. */
export const writtenReply = ({ toolCalls, ...reply }: ModelReply): unknown => ({
  ...reply,
  toolCalls: toolCalls.map(({ input, ...call }) => ({ ...call, arguments: JSON.stringify(input) })),
});

/** The reply in this step, if it is one and was given to that very request. */
export function replyIn(step: RunStep | undefined, inputHash: string): ModelReply | undefined {
  if (step?.kind !== 'model' || step.inputHash !== inputHash || !isRecord(step.output)) return;
  const { text, model, finish, reasoning } = step.output;
  const toolCalls = listOf(step.output['toolCalls'], readCall);
  const usage = readUsage(step.output['usage']);
  if (typeof text !== 'string' || typeof model !== 'string' || !isFinish(finish)) return;
  if (toolCalls === undefined || usage === undefined || !isTextOrNone(reasoning)) return;
  const reply = { text, toolCalls, model, usage, finish };
  return reasoning === undefined ? reply : { ...reply, reasoning };
}

type Returned = Extract<ToolResult, { kind: 'returned' }>;

/** A tool's result as the journal keeps it. */
export const writtenResult = ({ kind: _, ...result }: Returned): unknown => result;

/** The result in this step, if it is one and came of that very use. */
export function resultIn(step: RunStep | undefined, inputHash: string): Returned | undefined {
  if (step?.kind !== 'tool' || step.inputHash !== inputHash || !isRecord(step.output)) return;
  const { content } = step.output;
  const sources = listOf(step.output['sources'] ?? [], readSource);
  const files = listOf(step.output['files'] ?? [], readFile);
  const usage = readUsage(step.output['usage'] ?? NO_USAGE);
  if (typeof content !== 'string' || sources === undefined || files === undefined) return;
  if (usage === undefined) return;
  return {
    kind: 'returned',
    content,
    ...(sources.length === 0 ? {} : { sources }),
    ...(files.length === 0 ? {} : { files }),
    ...(usage.calls === 0 ? {} : { usage }),
  };
}

/** Fields in a fixed order, whoever made the message: adapters and this file do not write them in the same one. */
function toTuple(message: ChatMessage): readonly unknown[] {
  const { role, content } = message;
  switch (role) {
    case 'system':
    case 'user':
      return [role, content];
    case 'assistant':
      return [role, content, message.reasoning, message.toolCalls?.map(toCallTuple)];
    case 'tool':
      return [role, content, message.toolCallId, message.name];
  }
}

const toCallTuple = ({ id, name, input, invalid }: ToolCall) => [id, name, input, invalid];

const textsByTools = new WeakMap<readonly ToolSpec[], string>();

/** The tools of an agent are the same array in every request. */
function toolsText(tools: readonly ToolSpec[]): string {
  const known = textsByTools.get(tools);
  if (known !== undefined) return known;
  const text = JSON.stringify(tools);
  textsByTools.set(tools, text);
  return text;
}

/** Nothing, unless every item can be read. */
function listOf<Item>(
  value: unknown,
  read: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.flatMap((item) => read(item) ?? []);
  return items.length === value.length ? items : undefined;
}

function readCall(value: unknown): ToolCall | undefined {
  if (!isRecord(value)) return undefined;
  const { id, name, invalid } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || !isTextOrNone(invalid))
    return undefined;
  const input = readArguments(value['arguments']);
  if (input === undefined) return undefined;
  return invalid === undefined ? { id, name, input } : { id, name, input, invalid };
}

function readArguments(value: unknown): ToolCall['input'] | undefined {
  const parsed = typeof value === 'string' ? parseJson(value) : undefined;
  return parsed?.ok === true && isRecord(parsed.value) ? parsed.value : undefined;
}

function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const { calls, promptTokens, completionTokens, cachedTokens, costMicroUsd } = value;
  if (!isCount(calls) || !isCount(promptTokens) || !isCount(completionTokens)) return undefined;
  if (!isCount(cachedTokens) || !isCount(costMicroUsd)) return undefined;
  return { calls, promptTokens, completionTokens, cachedTokens, costMicroUsd };
}

function readSource(value: unknown): Source | undefined {
  if (!isRecord(value)) return undefined;
  const { title, url } = value;
  return typeof title === 'string' && typeof url === 'string' ? { title, url } : undefined;
}

function readFile(value: unknown): FileRef | undefined {
  if (!isRecord(value)) return undefined;
  const { id, name, mime, bytes } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof mime !== 'string') return;
  return isCount(bytes) ? { id, name, mime, bytes } : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isTextOrNone = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

const isFinish = (value: unknown): value is ModelReply['finish'] =>
  value === 'stop' || value === 'tool_calls' || value === 'length';
