import type { Attributes } from '@opentelemetry/api';
import type { ChatMessage, ToolCall, Usage } from '../../machines/conversation.ts';
import type { ModelRequest, ModelResult, ToolRequest, ToolResult } from '../../machines/ports.ts';
import type { Question, RunOutcome } from '../../machines/question.ts';

/**
 * What spans say, in two vocabularies at once: OpenInference (https://arize-ai.github.io/openinference/spec/) and the
 * `gen_ai` conventions of OpenTelemetry. Texts of people, models and tools are said only where `content` is true.
 */
export interface Vocabulary {
  run(question: Question, outcome: RunOutcome | undefined): Attributes;
  delegation(member: string): Attributes;
  call(request: ModelRequest, result: ModelResult): Attributes;
  use(request: ToolRequest, result: ToolResult): Attributes;
}

export const vocabulary = ({ content }: { readonly content: boolean }): Vocabulary => ({
  run: (question, outcome) => ({
    ...agentNamed('leader'),
    'session.id': question.channelId,
    'gen_ai.conversation.id': question.channelId,
    'user.id': question.userId,
    'troupe.run_id': question.runId,
    ...(outcome === undefined ? {} : { 'troupe.outcome': outcome.kind, ...spentOn(outcome) }),
    ...(content ? textsOf(question.text, outcome) : {}),
  }),
  delegation: agentNamed,
  call: (request, result) => ({
    'openinference.span.kind': 'LLM',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.max_tokens': request.maxOutputTokens,
    'gen_ai.agent.name': request.agent,
    'agent.name': request.agent,
    'llm.invocation_parameters': JSON.stringify(parametersOf(request)),
    ...parametersInGenAi(request),
    ...(result.kind === 'replied' ? repliedWith(result) : { 'error.type': result.failure.kind }),
    ...(content ? contentOfCall(request, result) : {}),
  }),
  use: ({ call, agent }, result) => ({
    'openinference.span.kind': 'TOOL',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': call.name,
    'gen_ai.tool.call.id': call.id,
    'tool.name': call.name,
    'tool_call.id': call.id,
    'agent.name': agent,
    ...(result.kind === 'failed' ? { 'error.type': result.failure.kind } : {}),
    ...(content ? valuesOf(JSON.stringify(call.input), textOf(result)) : {}),
  }),
});

const agentNamed = (name: string): Attributes => ({
  'openinference.span.kind': 'AGENT',
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': name,
  'agent.name': name,
});

const spentOn = (outcome: RunOutcome): Attributes =>
  outcome.kind === 'refused' ? {} : { ...tokens(outcome.usage), ...cost(outcome.usage) };

const tokens = ({ promptTokens, completionTokens, cachedTokens }: Usage): Attributes => ({
  'llm.token_count.prompt': promptTokens,
  'llm.token_count.completion': completionTokens,
  'llm.token_count.total': promptTokens + completionTokens,
  'llm.token_count.prompt_details.cache_read': cachedTokens,
  'gen_ai.usage.input_tokens': promptTokens,
  'gen_ai.usage.output_tokens': completionTokens,
});

const cost = ({ costMicroUsd }: Usage): Attributes => ({
  'llm.cost.total': costMicroUsd / 1_000_000,
});

const parametersOf = ({ temperature, topP, maxOutputTokens }: ModelRequest) => ({
  max_tokens: maxOutputTokens,
  ...(temperature === undefined ? {} : { temperature }),
  ...(topP === undefined ? {} : { top_p: topP }),
});

const parametersInGenAi = ({ temperature, topP }: ModelRequest): Attributes => ({
  ...(temperature === undefined ? {} : { 'gen_ai.request.temperature': temperature }),
  ...(topP === undefined ? {} : { 'gen_ai.request.top_p': topP }),
});

const repliedWith = ({ reply }: Extract<ModelResult, { kind: 'replied' }>): Attributes => ({
  'llm.model_name': reply.model,
  'gen_ai.request.model': reply.model,
  'gen_ai.response.model': reply.model,
  'llm.finish_reason': reply.finish,
  'gen_ai.response.finish_reasons': [reply.finish],
  ...tokens(reply.usage),
  ...cost(reply.usage),
});

const textsOf = (question: string, outcome: RunOutcome | undefined): Attributes =>
  valuesOf(question, outcome?.kind === 'answered' ? outcome.text : undefined);

const valuesOf = (input: string, output: string | undefined): Attributes => ({
  'input.value': input,
  ...(output === undefined ? {} : { 'output.value': output }),
});

function contentOfCall({ messages, tools }: ModelRequest, result: ModelResult): Attributes {
  const reply = result.kind === 'replied' ? result.reply : undefined;
  const said = reply && {
    role: 'assistant' as const,
    content: reply.text,
    toolCalls: reply.toolCalls,
  };
  return Object.assign(
    {},
    ...messages.map((message, at) => messageAt(`llm.input_messages.${at}`, message)),
    ...tools.map((tool, at) => ({ [`llm.tools.${at}.tool.json_schema`]: JSON.stringify(tool) })),
    said === undefined ? {} : messageAt('llm.output_messages.0', said),
    valuesOf(messages.at(-1)?.content ?? '', reply?.text),
  );
}

function messageAt(place: string, message: ChatMessage): Attributes {
  const { role, content } = message;
  const calls = role === 'assistant' ? (message.toolCalls ?? []) : [];
  return Object.assign(
    { [`${place}.message.role`]: role, [`${place}.message.content`]: content },
    ...calls.map((call, at) => callAt(`${place}.message.tool_calls.${at}.tool_call`, call)),
  );
}

const callAt = (place: string, { id, name, input }: ToolCall): Attributes => ({
  [`${place}.id`]: id,
  [`${place}.function.name`]: name,
  [`${place}.function.arguments`]: JSON.stringify(input),
});

const textOf = (result: ToolResult): string =>
  result.kind === 'returned' ? result.content : result.failure.message;
