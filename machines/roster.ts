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

/** Hard limits of one run, enforced by guards and timers of the machines. */
export interface RunLimits {
  /** Model calls of the leader. */
  readonly maxSteps: number;
  /** Model calls of one member in one delegation. */
  readonly maxMemberSteps: number;
  readonly maxDelegations: number;
  /** Tokens of the whole run, members included; exceeded by one call at most of each agent then at work. */
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
  readonly members: readonly AgentSpec[];
  readonly limits: RunLimits;
}

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
