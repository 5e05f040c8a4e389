import { SimulatedClock } from 'xstate';
import type { ChatMessage, ToolSpec } from '../../machines/conversation.ts';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { leaderTools } from '../../machines/leader/delegation.ts';
import type { ModelReply, ModelRequest } from '../../machines/ports.ts';
import { type AgentSpec, DEFAULT_RUN_LIMITS, type Roster } from '../../machines/roster.ts';
import { afterActing } from '../../machines/turn/transcript.ts';
import { createDemoModel } from '../../src/model/demo.ts';

export const aTool = (name: string): ToolSpec => ({
  name,
  description: '',
  parameters: { type: 'object' },
});

export const anAgent = (
  name: string,
  description: string,
  tools: readonly string[],
): AgentSpec => ({
  name,
  description,
  instructions: '',
  tools: tools.map(aTool),
  maxOutputTokens: 100,
});

export function aRoster(members: readonly AgentSpec[], leaderHas: readonly string[] = []): Roster {
  const leader = anAgent('leader', '', leaderHas);
  return { name: 'r', mode: 'coordinate', leader, members, limits: DEFAULT_RUN_LIMITS };
}

const HERO = aRoster(
  [
    anAgent('compute', 'Computes.', []),
    anAgent('code', 'Runs code.', []),
    anAgent('chat', 'Remembers.', []),
  ],
  ['calculator', 'date_time'],
);

export interface Ask {
  readonly tools?: readonly ToolSpec[];
  readonly draftTurn?: number | undefined;
  readonly pieces?: string[];
}

const model = createDemoModel({ clock: new SimulatedClock(), pieceDelayMs: 0 });

export function aRequest(
  messages: readonly ChatMessage[],
  { tools, draftTurn }: Ask,
): ModelRequest {
  return {
    run: { runId: RunId('r1'), userId: UserId('ada'), channelId: ChannelId('lab'), epoch: 1 },
    stepKey: 'leader/1',
    agent: 'leader',
    messages,
    tools: tools ?? leaderTools(HERO),
    maxOutputTokens: 100,
    ...(draftTurn === undefined ? {} : { draftTurn }),
  };
}

export async function reply(messages: readonly ChatMessage[], ask: Ask = {}): Promise<ModelReply> {
  const { signal } = new AbortController();
  const onDelta = (delta: string) => ask.pieces?.push(delta);
  const result = await model.call(aRequest(messages, ask), { signal, onDelta });
  if (result.kind === 'failed') throw new Error(result.failure.message);
  return result.reply;
}

export const question = (content: string): readonly ChatMessage[] => [{ role: 'user', content }];

export const wishes = async (text: string, ask: Ask = {}) =>
  (await reply(question(text), ask)).toolCalls.map(({ name, input }) =>
    name === 'delegate_task_to_member' ? `${input['member_id']}: ${input['task']}` : [name, input],
  );

/** What it says once its calls have been answered so. */
export async function answer(
  text: string,
  contents: readonly string[],
  ask: Ask = {},
): Promise<string> {
  const first = await reply(question(text), ask);
  const answers = first.toolCalls.map((call, index) => ({ call, content: contents[index] ?? '' }));
  return (await reply(afterActing(question(text), first, answers), ask)).text;
}
