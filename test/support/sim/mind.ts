import type { ToolCall } from '../../../machines/conversation.ts';
import type { FailureKind } from '../../../machines/failure.ts';
import type { ModelReply, ModelRequest } from '../../../machines/ports.ts';
import type { Dice } from './dice.ts';
import { markOf } from './marks.ts';

/** Every kind of failure there is; a new kind that is missing here does not compile. */
const FAILURES: Readonly<Record<FailureKind, true>> = {
  rate_limited: true,
  over_capacity: true,
  too_large: true,
  tool_use_failed: true,
  bad_schema: true,
  model_gone: true,
  auth: true,
  bad_request: true,
  aborted: true,
  timeout: true,
  transport: true,
  server: true,
  truncated: true,
  empty: true,
  invalid_input: true,
  unknown: true,
  unavailable: true,
  budget: true,
  limit: true,
  storage: true,
  tool_bug: true,
  poisonous: true,
};

// The keys of a record of every kind are the kinds; `Object.keys` calls them strings.
export const FAILURE_KINDS = Object.keys(FAILURES) as readonly FailureKind[];

/** The tool that must not be run twice for one step. */
export const UNREPEATABLE = 'send';

/** Tokens that one call may cost. */
export const LARGEST_CALL = 160;

/** What a model says to a request, drawn by chance: answers, delegations, tools, and nonsense. */
export function replyTo(request: ModelRequest, nth: number, dice: Dice): ModelReply {
  const toolCalls = callsFor(request, nth, dice);
  const isBlank = toolCalls.length > 0 ? dice.hits(0.7) : dice.hits(0.02);
  const base = {
    text: isBlank ? '' : textOf(request, nth),
    model: 'simulated',
    toolCalls,
    usage: {
      calls: 1,
      promptTokens: dice.between(10, LARGEST_CALL - 40),
      completionTokens: dice.between(1, 40),
      cachedTokens: 0,
      costMicroUsd: 0,
    },
  };
  if (toolCalls.length > 0) return { ...base, finish: 'tool_calls' };
  return { ...base, finish: dice.hits(0.05) ? 'length' : 'stop' };
}

/** The text of one call: it begins with the call's number, by which drafts are told apart. */
export const textOf = ({ run, stepKey }: ModelRequest, nth: number): string =>
  `[call ${nth}] This is what ${stepKey} of ${run.runId} has to say to ${markOf(run)}.`;

/** The number of the call whose text this is the beginning of. */
export const callIn = (text: string): number => Number(/^\[call (\d+)\]/.exec(text)?.[1] ?? -1);

function callsFor(request: ModelRequest, nth: number, dice: Dice): readonly ToolCall[] {
  // Now and then a model asks for tools that it was not offered.
  const names = request.tools.length > 0 ? request.tools.map(({ name }) => name) : ['look'];
  if (dice.hits(request.tools.length > 0 ? 0.45 : 0.97)) return [];
  return Array.from({ length: dice.pick([1, 1, 2, 3]) }, (_, index) =>
    callOf(dice.pick(names), { request, id: `${nth}/${index}`, dice }),
  );
}

interface Wish {
  readonly request: ModelRequest;
  readonly id: string;
  readonly dice: Dice;
}

function callOf(name: string, { request, id, dice }: Wish): ToolCall {
  if (dice.hits(0.03)) return { id, name, input: {}, invalid: 'not JSON' };
  const task = dice.hits(0.9) ? `task ${dice.between(1, 4)} of ${markOf(request.run)}` : '';
  const member = `member${dice.between(1, 6)}`;
  if (name === 'delegate_task_to_member') return { id, name, input: { member_id: member, task } };
  if (name === 'delegate_task_to_members') return { id, name, input: { task } };
  return { id, name, input: { what: dice.between(1, 4) } };
}
