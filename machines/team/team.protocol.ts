import type { ActorRef, Snapshot } from 'xstate';
import type { Failure } from '../failure.ts';
import type { ChannelId, Epoch, RunId, UserId } from '../ids.ts';
import type { Progress, Question, RunOutcome, RunRef } from '../question.ts';
import type { Roster } from '../roster.ts';

/** What a team can be told. */
export type TeamCommand =
  | { readonly type: 'team.ask'; readonly question: Question }
  /** Stops what matches: one run, one channel's runs, or (neither given) all of them. */
  | {
      readonly type: 'team.cancel';
      readonly runId?: RunId | undefined;
      readonly channelId?: ChannelId | undefined;
    }
  /** Ends when what is under way has ended; with `force`, cancels it first. May be sent twice. */
  | { readonly type: 'team.drain'; readonly force: boolean };

/** What a team tells its host. Each accepted question gets exactly one `team.settled`. */
export type TeamReport =
  | { readonly type: 'team.queued'; readonly run: RunRef; readonly place: number }
  | { readonly type: 'team.started'; readonly run: RunRef }
  | { readonly type: 'team.progressed'; readonly run: RunRef; readonly progress: Progress }
  | {
      readonly type: 'team.settled';
      readonly run: RunRef;
      readonly outcome: RunOutcome;
      /** `leader`: it has been saved, or could not be. `team`: it never began; nothing is saved of it. */
      readonly by: 'leader' | 'team';
    }
  /** Hydration failed for good: every question it held has been settled; the host releases it. */
  | { readonly type: 'team.unavailable'; readonly team: TeamRef; readonly failure: Failure };

export interface TeamRef {
  readonly userId: UserId;
  readonly epoch: Epoch;
}

/** An address that takes what a team reports. */
export type TeamReportAddress = ActorRef<Snapshot<unknown>, TeamReport>;

export interface TeamLimits {
  /** Runs side by side, in different channels: 1 to 4, as there are four leader slots. */
  readonly concurrency: number;
  /** Questions waiting per channel. */
  readonly maxQueuedPerChannel: number;
  /** Questions waiting in all. */
  readonly maxQueued: number;
}

export interface TeamInput {
  readonly userId: UserId;
  readonly epoch: Epoch;
  readonly roster: Roster;
  readonly limits: TeamLimits;
  /** True where runs are not kept. */
  readonly unkept?: boolean;
  readonly reportTo: TeamReportAddress;
}
