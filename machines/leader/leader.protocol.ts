import type { ActorRef, Snapshot } from 'xstate';
import type { ProgressAddress } from '../member/member.protocol.ts';
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

/** Sent once, when the outcome is saved or could not be. */
export interface LeaderReport {
  readonly type: 'leader.finished';
  readonly slot: LeaderSlot;
  readonly outcome: RunOutcome;
}

export interface LeaderInput {
  readonly run: RunRef;
  readonly slot: LeaderSlot;
  readonly question: Question;
  readonly roster: Roster;
  readonly reportTo: ActorRef<Snapshot<unknown>, LeaderReport>;
  readonly progressTo: ProgressAddress;
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
