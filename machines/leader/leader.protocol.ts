import type { ActorRef, Snapshot } from 'xstate';
import type { MemberReport, MemberSlot, ProgressAddress } from '../member/member.protocol.ts';
import type { RunStart } from '../ports.ts';
import type { Question, RunOutcome, RunRef } from '../question.ts';
import type { Roster } from '../roster.ts';

/** Places for runs that work side by side in one team. A closed set: unique child ids would leak. */
export const LEADER_SLOTS = ['leader0', 'leader1', 'leader2', 'leader3'] as const;
export type LeaderSlot = (typeof LEADER_SLOTS)[number];

/** What a leader can be told: stop, and say so. Ignored once the outcome is being saved. */
export interface LeaderCommand {
  readonly type: 'leader.cancel';
}

/** Sent once, when the outcome is saved, or could or need not be. */
export interface LeaderReport {
  readonly type: 'leader.finished';
  readonly slot: LeaderSlot;
  readonly outcome: RunOutcome;
}

interface LeaderTask {
  readonly run: RunRef;
  readonly question: Question;
  readonly roster: Roster;
  readonly progressTo: ProgressAddress;
}

/** A leader that works a run. */
interface RunInput extends LeaderTask {
  readonly slot: LeaderSlot;
  readonly reportTo: ActorRef<Snapshot<unknown>, LeaderReport>;
  /** True where runs are not kept: it begins with its question alone, and its end is only told. */
  readonly unkept?: boolean;
  readonly nest?: undefined;
}

/** A leader that stands where a member stands: it begins with its task alone, keeps no end of its own, and reports as a member does. */
export interface NestInput extends LeaderTask {
  readonly slot: MemberSlot;
  readonly reportTo: ActorRef<Snapshot<unknown>, MemberReport>;
  readonly nest: Nest;
}

export type LeaderInput = RunInput | NestInput;

/** What a nested team is given by the leader that it works for. */
export interface Nest {
  /** Which delegation of that leader it works on, from 1: part of its step keys. */
  readonly delegation: number;
  readonly maxTokens: number;
  readonly maxDelegations: number;
  /** True when its text may become the answer (route): stream it. */
  readonly drafts: boolean;
}

/** What the port `beginRun` is asked. */
export interface BeginRun {
  readonly run: RunRef;
  readonly question: Question;
}

/** What the port `beginRun` answers: a run's start and the time, since machines have no clock. */
export interface RunBegun {
  readonly start: RunStart;
  readonly at: number;
}

/** What the port `endRun` is asked to keep. */
export interface EndRun extends BeginRun {
  readonly outcome: RunOutcome;
  readonly startedAt: number;
}
