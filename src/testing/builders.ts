import { NO_USAGE, type ToolCall, type ToolSpec, type Usage } from '../../machines/conversation.ts';
import { type FailureKind, failure } from '../../machines/failure.ts';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { ModelReply, ModelResult } from '../../machines/ports.ts';
import type { Question, RunOutcome, RunRef } from '../../machines/question.ts';
import {
  type AgentSpec,
  DEFAULT_RUN_LIMITS,
  type MemberSpec,
  type NestedTeam,
  type Roster,
  type RunLimits,
} from '../../machines/roster.ts';

/** Names of one run; what a test does not care about stays as it is here. */
interface Names {
  readonly run?: string;
  readonly user?: string;
  readonly channel?: string;
  readonly epoch?: number;
}

export function aQuestion(
  names: Names & { readonly text?: string; readonly at?: number } = {},
): Question {
  return {
    runId: RunId(names.run ?? 'r1'),
    userId: UserId(names.user ?? 'ada'),
    channelId: ChannelId(names.channel ?? 'lobby'),
    text: names.text ?? 'What is six times seven?',
    at: names.at ?? 0,
  };
}

export function aRun(names: Names = {}): RunRef {
  const { runId, userId, channelId } = aQuestion(names);
  return { runId, userId, channelId, epoch: names.epoch ?? 1 };
}

export const aTool = (name: string): ToolSpec => ({
  name,
  description: `Does ${name}.`,
  parameters: { type: 'object' },
});

export const anAgent = (name: string, over: Partial<AgentSpec> = {}): AgentSpec => ({
  name,
  description: `Knows about ${name}.`,
  instructions: `You are ${name}.`,
  tools: [],
  maxOutputTokens: 500,
  ...over,
});

type TeamWishes = Partial<Omit<NestedTeam, 'limits'>> & {
  readonly limits?: Partial<RunLimits>;
  readonly standIn?: string;
  readonly maxOutputTokens?: number;
};

/** A team in the place of a member: an office with a clerk and a scribe, unless it is told otherwise. */
export const aTeamOf = (
  name: string,
  { mode = 'coordinate', members, limits, ...over }: TeamWishes = {},
): MemberSpec => ({
  ...anAgent(name, over),
  team: {
    mode,
    members: members ?? [anAgent('clerk'), anAgent('scribe')],
    limits: { ...DEFAULT_RUN_LIMITS, ...limits },
  },
});

export type RosterWishes = Partial<Omit<Roster, 'limits'>> & {
  readonly limits?: Partial<RunLimits>;
};

export const aRoster = ({ limits, ...over }: RosterWishes = {}): Roster => ({
  name: 'test',
  mode: 'coordinate',
  leader: anAgent('leader', { tools: [aTool('look')] }),
  members: [anAgent('math'), anAgent('words')],
  limits: { ...DEFAULT_RUN_LIMITS, ...limits },
  ...over,
});

/** A call of a tool; `id` tells two calls of one reply apart. */
export const aCall = (
  name: string,
  input: Readonly<Record<string, unknown>> = {},
  id = `${name}#0`,
): ToolCall => ({ id, name, input });

export const spent = (tokens: number): Usage => ({ ...NO_USAGE, calls: 1, promptTokens: tokens });

export const aReply = (over: Partial<ModelReply> = {}): ModelReply => ({
  text: '',
  toolCalls: [],
  model: 'test-model',
  usage: spent(10),
  finish: (over.toolCalls?.length ?? 0) > 0 ? 'tool_calls' : 'stop',
  ...over,
});

/** The model answers. */
export const said = (text: string, over: Partial<ModelReply> = {}): ModelResult => ({
  kind: 'replied',
  reply: aReply({ text, ...over }),
});

/** The model wants something done. */
export const wished = (...toolCalls: readonly ToolCall[]): ModelResult => ({
  kind: 'replied',
  reply: aReply({ toolCalls }),
});

/** The model could not be asked. */
export const broke = (kind: FailureKind, retryAfterMs?: number): ModelResult => ({
  kind: 'failed',
  failure: failure(kind, `It was ${kind}.`, retryAfterMs),
});

export const answered = (text: string): RunOutcome => ({
  kind: 'answered',
  text,
  model: 'test-model',
  usage: NO_USAGE,
  delegations: [],
  sources: [],
  notes: [],
});
