import type { ActorRef, Snapshot } from 'xstate';
import type { FileRef, Source, Usage } from '../conversation.ts';
import type { Failure } from '../failure.ts';
import type { DelegationRecord, Progress, RunRef } from '../question.ts';
import type { AgentSpec, RunLimits } from '../roster.ts';

/** Places for members that work side by side in one run. A closed set: unique child ids would leak. */
export const MEMBER_SLOTS = [
  'member0',
  'member1',
  'member2',
  'member3',
  'member4',
  'member5',
  'member6',
  'member7',
] as const;
export type MemberSlot = (typeof MEMBER_SLOTS)[number];

/** What a delegation came to. A member that fails says so; it never brings its leader down. */
export type MemberOutcome =
  | {
      readonly kind: 'reported';
      readonly text: string;
      readonly model: string;
      readonly usage: Usage;
      readonly sources: readonly Source[];
      readonly files?: readonly FileRef[];
      /** A limit ended the work early. */
      readonly cut: boolean;
      /** What a nested team has given to its members; left out: nothing. */
      readonly delegations?: readonly DelegationRecord[];
    }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly usage: Usage;
      readonly delegations?: readonly DelegationRecord[];
    };

/** Sent once, by the member in `slot`. */
export interface MemberReport {
  readonly type: 'member.reported';
  readonly slot: MemberSlot;
  readonly outcome: MemberOutcome;
}

/** Where progress of a run is told; nobody waits for it. */
export type ProgressAddress = ActorRef<
  Snapshot<unknown>,
  { readonly type: 'team.progressed'; readonly run: RunRef; readonly progress: Progress }
>;

/** The delegation of a run that a nested team works on. */
export interface Within {
  readonly delegation: number;
  readonly team: string;
  readonly slot: MemberSlot;
}

export interface MemberInput {
  readonly run: RunRef;
  /** Chosen for the whole run. */
  readonly model?: string;
  readonly slot: MemberSlot;
  /** Which delegation of its leader this is, from 1: part of its step keys. */
  readonly delegation: number;
  /** Given when its leader is that of a nested team. */
  readonly within?: Within;
  readonly member: AgentSpec;
  readonly task: string;
  readonly limits: RunLimits;
  /** Tokens this member may spend. */
  readonly maxTokens: number;
  /** True when its text may become the answer (route): stream it. */
  readonly drafts: boolean;
  readonly reportTo: ActorRef<Snapshot<unknown>, MemberReport>;
  readonly progressTo: ProgressAddress;
}
