import type { ToolCall, ToolSpec } from '../conversation.ts';
import { MEMBER_SLOTS, type MemberSlot } from '../member/member.protocol.ts';
import type { MemberSpec, Roster } from '../roster.ts';
import type { ToolAnswer } from '../turn/transcript.ts';

/** The tools by which a leader delegates. */
export const DELEGATE_TO_ONE = 'delegate_task_to_member';
export const DELEGATE_TO_ALL = 'delegate_task_to_members';

/** Whether a call gives a task away, or uses a tool of the leader's own. */
export const isDelegation = ({ name }: ToolCall): boolean =>
  name === DELEGATE_TO_ONE || name === DELEGATE_TO_ALL;

/** A task for one member, with the place it works in. */
export interface Delegation {
  /** The call that asked for it. */
  readonly call: ToolCall;
  /** Counts from 1 in its run. */
  readonly number: number;
  readonly slot: MemberSlot;
  readonly member: MemberSpec;
  readonly task: string;
  /** Set when it was given because the member there had failed at it. */
  readonly standsInFor?: MemberSlot;
}

/** What a reply asks for, sorted. */
export interface Wishes {
  readonly delegations: readonly Delegation[];
  /** Calls of the leader's own tools. */
  readonly calls: readonly ToolCall[];
  /** Delegations that cannot be: the model is told why. */
  readonly refused: readonly ToolAnswer[];
}

export const NO_WISHES: Wishes = { delegations: [], calls: [], refused: [] };

export interface DelegationState {
  readonly roster: Roster;
  /** Delegations made so far in this run, as `signatureOf` names them. */
  readonly asked: readonly string[];
  /** Those made because a member had failed, likewise. */
  readonly standIns: readonly string[];
  /** How many there may be in all. */
  readonly maxDelegations: number;
  /** Those that nested teams have made, or may still make of what they were given. */
  readonly nested: number;
  /** Neither spent nor set aside. */
  readonly tokens: number;
  /** True when no member is at work, and no tool. */
  readonly isAlone: boolean;
  /** True for the leader of a nested team: none of its members has a team. */
  readonly isNested: boolean;
}

/** The same member with the same task: asked once per run, or a run could go round in circles. */
export const signatureOf = (member: string, task: string): string => `${member} ${task.trim()}`;

/** Sorts a reply's calls into delegations, own tools and refusals. */
export function readWishes(calls: readonly ToolCall[], state: DelegationState): Wishes {
  return calls.reduce((wishes, call) => withCall(wishes, call, state), NO_WISHES);
}

function withCall(wishes: Wishes, call: ToolCall, state: DelegationState): Wishes {
  const { members } = state.roster;
  if (call.name === DELEGATE_TO_ALL) return withDelegations(wishes, { call, members }, state);
  if (!isDelegation(call)) return { ...wishes, calls: [...wishes.calls, call] };
  const member = members.find(({ name }) => name === call.input['member_id']);
  if (member !== undefined) return withDelegations(wishes, { call, members: [member] }, state);
  const names = members.map(({ name }) => name).join(', ');
  return refuse(wishes, call, `There is no such member. The members are: ${names}.`);
}

interface Wish {
  readonly call: ToolCall;
  readonly members: readonly MemberSpec[];
}

function withDelegations(wishes: Wishes, { call, members }: Wish, state: DelegationState): Wishes {
  const { task } = call.input;
  if (typeof task !== 'string' || task.trim() === '')
    return refuse(wishes, call, 'A delegation needs a task: say what is to be done, in words.');
  return members.reduce((soFar, member) => {
    const why =
      state.isNested && member.team !== undefined
        ? TOO_DEEP
        : (whyNot(soFar, state, signatureOf(member.name, task)) ??
          whyTooDear(member, soFar.delegations, state));
    if (why !== undefined) return refuse(soFar, call, `${member.name} was not asked: ${why}`);
    const place = soFar.delegations.length;
    const slot = MEMBER_SLOTS[place];
    if (slot === undefined)
      return refuse(soFar, call, `${member.name} was not asked: too many at once.`);
    const number = state.asked.length + place + 1;
    return add(soFar, { call, number, slot, member, task });
  }, wishes);
}

const add = (wishes: Wishes, delegation: Delegation): Wishes => ({
  ...wishes,
  delegations: [...wishes.delegations, delegation],
});

const whyTooDear = (
  member: MemberSpec,
  beside: readonly Delegation[],
  state: DelegationState,
): string | undefined => (hasRoomFor(member, beside, state) ? undefined : TOO_DEAR);

const TOO_DEAR = 'this run has too few tokens left for it.';
const TOO_DEEP = 'it is a team, and a team within a team has no teams of its own.';

function whyNot(
  wishes: Wishes,
  { roster, asked: wished, standIns, maxDelegations, nested }: DelegationState,
  signature: string,
): string | undefined {
  const asked = [...wished, ...standIns];
  const isAsked =
    asked.includes(signature) ||
    wishes.delegations.some(({ member, task }) => signatureOf(member.name, task) === signature);
  if (isAsked) return 'it was given this very task before in this run.';
  const made = asked.length + wishes.delegations.length;
  if (made + nested >= maxDelegations)
    return `this run has made its ${maxDelegations} delegations.`;
  if (roster.mode === 'route' && made > 0) return 'one member answers, and one has been asked.';
  return undefined;
}

/**
 * Whether one more may begin: whoever works alone may as long as there are tokens at all, and goes beyond them by one call
 * at most; of those who work side by side, each has the room for its reply set aside.
 */
const hasRoomFor = (
  member: MemberSpec,
  beside: readonly Delegation[],
  { tokens, isAlone }: { readonly tokens: number; readonly isAlone: boolean },
): boolean =>
  isAlone && beside.length === 0
    ? tokens > 0
    : repliesOf(beside) + member.maxOutputTokens <= tokens;

/** The room of their next replies. */
export const repliesOf = (delegations: readonly Delegation[]): number =>
  delegations.reduce((sum, { member }) => sum + member.maxOutputTokens, 0);

/** Numbers stand-ins apart, so that those who are asked later have the same numbers whether one failed or not. */
const STAND_INS_APART = 100;

/**
 * Who takes a failed task over: the member that the roster names for that, once, with the very same task. Nobody, when
 * that one has had it, the run may make no more delegations, or there is no place.
 */
export function standInFor(
  failed: Delegation,
  wishes: Wishes,
  state: DelegationState,
): Delegation | undefined {
  const { call, task, slot: standsInFor, member: failing } = failed;
  const member = state.roster.members.find(({ name }) => name === failing.standIn);
  const slot = MEMBER_SLOTS.find((free) => wishes.delegations.every((one) => one.slot !== free));
  if (failed.standsInFor !== undefined || member === undefined || slot === undefined) return;
  if (state.isNested && member.team !== undefined) return;
  // Those under way are among those asked.
  if (whyNot(NO_WISHES, state, signatureOf(member.name, task)) !== undefined) return;
  if (!hasRoomFor(member, [], state)) return;
  const number = STAND_INS_APART + failed.number;
  return { call, number, slot, member, task, standsInFor };
}

const refuse = (wishes: Wishes, call: ToolCall, content: string): Wishes => ({
  ...wishes,
  refused: [...wishes.refused, { call, content }],
});

type ToolsByPlatform = Map<string | undefined, readonly ToolSpec[]>;
const toolsByRoster = new WeakMap<Roster, ToolsByPlatform>();

/**
 * What the leader's model is offered for a question that came by `platform`: its own tools and, unless the roster asks
 * everybody by itself, the delegation tools. The same array for the same roster, so that requests stay byte-stable.
 */
export function leaderTools(roster: Roster, platform?: string): readonly ToolSpec[] {
  const { tools: own } = roster.leader;
  const place = own.some((tool) => tool.platform === platform) ? platform : undefined;
  const made: ToolsByPlatform = toolsByRoster.get(roster) ?? new Map();
  toolsByRoster.set(roster, made);
  const isOffered = (tool: ToolSpec) => tool.platform === undefined || tool.platform === place;
  const tools = made.get(place) ?? [...delegationTools(roster), ...own.filter(isOffered)];
  made.set(place, tools);
  return tools;
}

function delegationTools(roster: Roster): readonly ToolSpec[] {
  if (roster.mode === 'broadcast' || roster.members.length === 0) return [];
  const list = roster.members
    .map(({ name, description }) => `- ${name}: ${description}`)
    .join('\n');
  const one = toOne(roster, list);
  return roster.mode === 'route' ? [one] : [one, TO_ALL];
}

const toOne = ({ mode, members }: Roster, list: string): ToolSpec => ({
  name: DELEGATE_TO_ONE,
  description:
    mode === 'route'
      ? `Hand the question to the one member best suited; it answers the user directly.\nMembers:\n${list}`
      : `Give a task to a member and get its report. Several calls in one reply work side by side.\nMembers:\n${list}`,
  parameters: {
    type: 'object',
    properties: {
      member_id: { type: 'string', enum: members.map(({ name }) => name) },
      task: { type: 'string', description: 'What the member shall do, complete in itself.' },
    },
    required: ['member_id', 'task'],
    additionalProperties: false,
  },
});

const TO_ALL: ToolSpec = {
  name: DELEGATE_TO_ALL,
  description: 'Give the same task to every member, side by side, and get all reports.',
  parameters: {
    type: 'object',
    properties: { task: { type: 'string', description: 'What every member shall do.' } },
    required: ['task'],
    additionalProperties: false,
  },
};
