import type { ChatMessage, ToolCall, ToolSpec } from '../../machines/conversation.ts';
import type { ModelRequest } from '../../machines/ports.ts';
import type { Dialect, ReasoningField } from './dialect.ts';

/** The body of one chat completion request, as it goes over the wire. */
export interface ChatBody {
  readonly json: string;
  /** A stream is asked for. */
  readonly streams: boolean;
}

/** How a request is put this time. */
export interface Plan {
  readonly stream: boolean;
  /** False: the model must answer in words. */
  readonly tools: boolean;
  /** After a tool call that could not be read: a lower temperature and a word of correction. */
  readonly calm: boolean;
  /** After a reply without content: twice the room. */
  readonly roomy: boolean;
}

/** What is known of the model that the body is for. */
export interface Addressee {
  readonly model: string;
  readonly dialect: Dialect;
  readonly reasoningField: ReasoningField | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  /** True: `extra` names the tools it works with, and no others are offered. */
  readonly ownTools: boolean;
  readonly minOutputTokens: number;
  readonly maxOutputTokens: number;
  /** Fields this server has refused before. */
  readonly refused: ReadonlySet<string>;
}

const CALM_TEMPERATURE = 0.2;
const CORRECTION =
  'The last attempt failed: its tool call could not be read. Call only tools of the list, each with one JSON object that fits its schema, or answer in plain words.';

export function chatBody(request: ModelRequest, plan: Plan, to: Addressee): ChatBody {
  const { dialect } = to;
  const offersTools = plan.tools && !to.ownTools && request.tools.length > 0;
  const body: Record<string, unknown> = {
    model: to.model,
    messages: wireMessages(request.messages, plan, to),
  };
  body[dialect.maxTokensField] = outputTokens(request, plan, to);
  Object.assign(body, to.extra);
  const temperature = plan.calm ? CALM_TEMPERATURE : request.temperature;
  if (temperature !== undefined) body['temperature'] = temperature;
  if (request.topP !== undefined) body['top_p'] = request.topP;
  if (offersTools && dialect.checksTools) body['disable_tool_validation'] = true;
  if (plan.stream) body['stream'] = true;
  if (plan.stream && dialect.asksForUsage) body['stream_options'] = { include_usage: true };
  for (const field of to.refused) delete body[field];
  const tools = offersTools && !to.refused.has('tools') ? wireTools(request.tools) : undefined;
  return { json: jsonOf(body, tools), streams: body['stream'] === true };
}

/** With these tools, which are JSON already, instead of any others. */
function jsonOf(body: Record<string, unknown>, tools: string | undefined): string {
  if (tools === undefined) return JSON.stringify(body);
  if (body['tools'] !== undefined) body['tools'] = undefined;
  return `${JSON.stringify(body).slice(0, -1)},"tools":${tools}}`;
}

/** The room a reply gets: never more than the model has, never less than it needs. */
export function outputTokens(request: ModelRequest, plan: Plan, to: Addressee): number {
  const wanted = request.maxOutputTokens * (plan.roomy ? 2 : 1);
  return Math.min(Math.max(wanted, to.minOutputTokens), to.maxOutputTokens);
}

const toolCache = new WeakMap<readonly ToolSpec[], string>();

/** Rosters hand over the same array in every call: it is put into JSON once. */
function wireTools(specs: readonly ToolSpec[]): string {
  let json = toolCache.get(specs);
  if (json === undefined) {
    json = JSON.stringify(
      specs.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters },
      })),
    );
    toolCache.set(specs, json);
  }
  return json;
}

function wireMessages(messages: readonly ChatMessage[], plan: Plan, to: Addressee): unknown[] {
  const field = to.reasoningField;
  const wire = messages.map((message) => wireMessage(message, field));
  if (plan.calm) wire.push({ role: 'system', content: CORRECTION });
  return wire;
}

function wireMessage(message: ChatMessage, reasoningField: ReasoningField | undefined): unknown {
  // Half a surrogate pair, cut by somebody's length limit, is not valid JSON text for every server.
  const content = message.content.toWellFormed();
  if (message.role === 'tool') {
    return { role: 'tool', tool_call_id: message.toolCallId, content };
  }
  if (message.role !== 'assistant') return { role: message.role, content };
  const wire: Record<string, unknown> = { role: 'assistant', content };
  if (message.toolCalls !== undefined && message.toolCalls.length > 0) {
    wire['tool_calls'] = message.toolCalls.map(wireToolCall);
    if (content === '') wire['content'] = null;
  }
  if (message.reasoning !== undefined && reasoningField !== undefined) {
    wire[reasoningField] = message.reasoning;
  }
  return wire;
}

function wireToolCall({ id, name, input }: ToolCall): unknown {
  // Models invent names that servers refuse to read again.
  const safeName = name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
  return { id, type: 'function', function: { name: safeName, arguments: JSON.stringify(input) } };
}
