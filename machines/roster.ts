import type { ToolSpec } from './conversation.ts';

/** How the leader works with the members. */
export type DelegationMode =
  /** The leader delegates as it sees fit and writes the answer from the reports. */
  | 'coordinate'
  /** The first member asked answers the user directly. */
  | 'route'
  /** Every member is asked the question, side by side; the leader writes one answer from the reports. */
  | 'broadcast';

/** One agent as data: what it is told and what it may use. */
export interface AgentSpec {
  /** Unique in its roster, `[a-z][a-z0-9_]*`: the model names it, the store records it. */
  readonly name: string;
  /** What it is good at, for whoever decides to ask it. */
  readonly description: string;
  /** The system prompt: byte-stable, so that providers can cache it. */
  readonly instructions: string;
  /** The tools it may use, as the model is told of them. */
  readonly tools: readonly ToolSpec[];
  /** Those of them that it uses only if the asker allows it, each time. */
  readonly confirm?: readonly string[];
  /** Of a member: who is given its task, once, when it fails. */
  readonly standIn?: string;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens: number;
}

/** A member. One that has a team leads it, as the leader leads the whole. */
export interface MemberSpec extends AgentSpec {
  readonly team?: NestedTeam;
}

/** A team that stands where a member stands. Its members have no teams of their own: one level is all there is. */
export interface NestedTeam {
  readonly mode: DelegationMode;
  readonly members: readonly AgentSpec[];
  /**
   * Of one delegation to it, `deadlineMs` included. Tokens and delegations are those of the run: what it is given of them
   * when it begins is the limit, whatever stands here.
   */
  readonly limits: RunLimits;
}

/** Hard limits of one run, enforced by guards and timers of the machines. */
export interface RunLimits {
  /** Model calls of the leader. */
  readonly maxSteps: number;
  /** Model calls of one member in one delegation. */
  readonly maxMemberSteps: number;
  readonly maxDelegations: number;
  /**
   * Tokens of the whole run, members included; exceeded by one call at most. Of members that work side by side, each has the
   * room for its last reply set aside: together they exceed it by what these calls were shown at most.
   */
  readonly maxTokens: number;
  /** Wall clock of the whole run. */
  readonly deadlineMs: number;
  /** Wall clock of one delegation. */
  readonly memberDeadlineMs: number;
  /** How often a transient failure of a model is tried again by a machine. */
  readonly retries: number;
  /** The same call (tool and input) this many times ends the tool loop. */
  readonly sameCallLimit: number;
  /** The same error this many times ends the tool loop. */
  readonly sameErrorLimit: number;
  /** Characters of one report or tool result that the next model call is shown. */
  readonly maxReportChars: number;
}

/** A team as data. */
export interface Roster {
  readonly name: string;
  readonly mode: DelegationMode;
  readonly leader: AgentSpec;
  readonly members: readonly MemberSpec[];
  readonly limits: RunLimits;
}

/** Everybody in it, those in nested teams included. */
export const agentsOf = ({ leader, members }: Roster): readonly AgentSpec[] => [
  leader,
  ...members.flatMap((member) => [member, ...(member.team?.members ?? [])]),
];

/** The roster with every agent, those in nested teams included, changed in the same way. */
export const withEachAgent = (
  { leader, members, ...rest }: Roster,
  change: <Agent extends AgentSpec>(agent: Agent) => Agent,
): Roster => ({
  ...rest,
  leader: change(leader),
  members: members
    .map(change)
    .map((member) =>
      member.team === undefined
        ? member
        : { ...member, team: { ...member.team, members: member.team.members.map(change) } },
    ),
});

/** The roster with its limits, and those of nested teams, changed in the same way. */
export const withLimits = (roster: Roster, change: (limits: RunLimits) => RunLimits): Roster => ({
  ...roster,
  limits: change(roster.limits),
  members: roster.members.map((member) =>
    member.team === undefined
      ? member
      : { ...member, team: { ...member.team, limits: change(member.team.limits) } },
  ),
});

export const DEFAULT_RUN_LIMITS: RunLimits = {
  maxSteps: 12,
  maxMemberSteps: 8,
  maxDelegations: 6,
  maxTokens: 200_000,
  deadlineMs: 300_000,
  memberDeadlineMs: 120_000,
  retries: 2,
  sameCallLimit: 3,
  sameErrorLimit: 2,
  maxReportChars: 16_000,
};
