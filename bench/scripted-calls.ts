import { DELEGATE_TO_ONE } from '../machines/leader/delegation.ts';
import type { ModelPort, ModelReply, ModelRequest, ModelResult } from '../machines/ports.ts';
import { ANSWER, REPORT, TASKS } from './roster.ts';

const USAGE = {
  calls: 1,
  promptTokens: 200,
  completionTokens: 40,
  cachedTokens: 0,
  costMicroUsd: 0,
};

const said = (text: string): ModelResult => ({
  kind: 'replied',
  reply: { text, toolCalls: [], model: 'bench', usage: USAGE, finish: 'stop' },
});

const DELEGATES: ModelReply = {
  text: '',
  toolCalls: TASKS.map(({ member, task }, index) => ({
    id: `call_${index}`,
    name: DELEGATE_TO_ONE,
    input: { member_id: member, task },
  })),
  model: 'bench',
  usage: USAGE,
  finish: 'tool_calls',
};

function replyTo({ messages, tools }: ModelRequest): ModelResult {
  if (messages.at(-1)?.role === 'tool') return said(ANSWER);
  return tools.length > 0 ? { kind: 'replied', reply: DELEGATES } : said(REPORT);
}

/** Answers as the model server does, in this process and at once: what is left is our own work. */
export const instantModel: ModelPort = { call: (request) => Promise.resolve(replyTo(request)) };
