import type { ActorRef, Snapshot } from 'xstate';
import type { ChannelId, Epoch, RunId, UserId } from '../ids.ts';
import type { Question, Refusal } from '../question.ts';

/**
 * What the supervisor hears. `at` is milliseconds on the host's clock: the supervisor has none, so that
 * stepping it twice gives the same answer twice. `chance` is a number in [0, 1) for jitter.
 */
export type SupervisorEvent =
  | { readonly type: 'supervisor.ask'; readonly question: Question; readonly at: number }
  /** Stops one run, one channel's runs, or all of a user's, wherever they wait or work. */
  | {
      readonly type: 'supervisor.cancel';
      readonly userId: UserId;
      readonly runId?: RunId | undefined;
      readonly channelId?: ChannelId | undefined;
      readonly at: number;
    }
  /** A question given to a team (by `host.deliver`) has its outcome. */
  | {
      readonly type: 'supervisor.settled';
      readonly userId: UserId;
      readonly epoch: Epoch;
      readonly runId: RunId;
      /** What it cost: whoever has had many waits longer for a place (rounds.ts). 0 when left out. */
      readonly tokens?: number;
      readonly at: number;
    }
  /** A team ended without being asked to: a bug in it, or it could not be hydrated. */
  | {
      readonly type: 'supervisor.crashed';
      readonly userId: UserId;
      readonly epoch: Epoch;
      /** `unavailable`: it has settled the questions it saw; what is left waits for the next team, unblamed. */
      readonly cause: 'bug' | 'unavailable';
      readonly at: number;
      readonly chance: number;
    }
  /** Everything that incarnation held is closed, or fenced off at its deadline: its place is free. */
  | {
      readonly type: 'supervisor.released';
      readonly userId: UserId;
      readonly epoch: Epoch;
      readonly at: number;
    }
  /** The time asked for by `host.wake` has come. */
  | { readonly type: 'supervisor.tick'; readonly at: number }
  /** Anything but a whole number from 1 up changes nothing. */
  | { readonly type: 'supervisor.resize'; readonly maxTeams: number; readonly at: number }
  /** Memory is short: passivate up to `count` idle teams, least recently used first. */
  | { readonly type: 'supervisor.shed'; readonly count: number; readonly at: number }
  /** Removes a user's team whatever it does (erasure, an operator's wish); what it held is refused. */
  | { readonly type: 'supervisor.dismiss'; readonly userId: UserId; readonly at: number }
  /** No newcomers any more; idle teams leave now, busy ones when they have answered. */
  | { readonly type: 'supervisor.drain'; readonly at: number }
  /** The grace period is over: what still works is cancelled. */
  | { readonly type: 'supervisor.force'; readonly at: number };

/** Why a team leaves; `rotated`: it has had its turn, others wait, and so do its user's other questions. */
export type ReleaseReason =
  | 'passivated'
  | 'rotated'
  | 'idle'
  | 'shed'
  | 'crashed'
  | 'dismissed'
  | 'drained';

/** What the supervisor orders its host to do. The host does it and reports; it decides nothing. */
export type SupervisorOrder =
  /** Bring a team to life. Every activation is answered by exactly one `supervisor.released`, later. */
  | { readonly type: 'host.activate'; readonly userId: UserId; readonly epoch: Epoch }
  | {
      readonly type: 'host.deliver';
      readonly userId: UserId;
      readonly epoch: Epoch;
      readonly question: Question;
    }
  | {
      readonly type: 'host.cancel';
      readonly userId: UserId;
      readonly epoch: Epoch;
      readonly runId?: RunId | undefined;
      readonly channelId?: ChannelId | undefined;
    }
  /** The only way out of the house. `force`: cancel what works instead of waiting for it. */
  | {
      readonly type: 'host.release';
      readonly userId: UserId;
      readonly epoch: Epoch;
      readonly reason: ReleaseReason;
      readonly force: boolean;
    }
  /** This question waits for a place; `place` counts from 1 and is told again whenever it changes. */
  | { readonly type: 'host.queued'; readonly question: Question; readonly place: number }
  | { readonly type: 'host.refused'; readonly question: Question; readonly refusal: Refusal }
  /** Cancelled while it waited for a place. */
  | { readonly type: 'host.cancelled'; readonly question: Question }
  /** It brought its team down too often: given up, with an apology. */
  | { readonly type: 'host.abandoned'; readonly question: Question; readonly deliveries: number }
  /** Send `supervisor.tick` at this time; replaces the time asked for before. */
  | { readonly type: 'host.wake'; readonly at: number };

/** An address that takes orders. */
export type HostAddress = ActorRef<Snapshot<unknown>, SupervisorOrder>;

export interface SupervisorLimits {
  /** Teams alive at once, from 1 up; starting and closing ones count. */
  readonly maxTeams: number;
  /** Users that may wait for a place; the line stretches by `maxTeams` for those whose last team crashed or closes. */
  readonly maxWaiting: number;
  /** Questions one user may have unanswered, waiting and working together; more are refused as `channel_full`. */
  readonly maxPerUser: number;
  /** The same of all users in one channel, ... */
  readonly maxPerChannel: number;
  /** ... on one server (refused as `server_full`), ... */
  readonly maxPerServer: number;
  /** ... and in the house (`house_full`). */
  readonly maxUnanswered: number;
  /** Questions that a team is given in one turn while others wait for its place; then it makes room. */
  readonly maxTurn: number;
  /** The same in tokens; what a turn has cost beyond them its user makes up for in the next rounds. */
  readonly quantumTokens: number;
  /** How long a user waits for a place before the refusal; the pause after a crash does not count. */
  readonly maxWaitMs: number;
  /** How long an idle team is safe from making room for another, counted from its last question or answer. */
  readonly minResidencyMs: number;
  /** An idle team leaves by itself after this long. */
  readonly idleAfterMs: number;
  /** The pause before a team that crashed is started again: doubles from `first` to `longest`, plus up to half again by chance. */
  readonly backoffFirstMs: number;
  readonly backoffLongestMs: number;
  /** More bugs than this within the window: the user is quarantined for `quarantineMs`. */
  readonly maxCrashes: number;
  readonly crashWindowMs: number;
  readonly quarantineMs: number;
  /** A question in flight at this many crashes is abandoned. */
  readonly maxDeliveries: number;
}

export interface SupervisorInput {
  readonly limits: SupervisorLimits;
  readonly host: HostAddress;
  /** The highest epoch that the store has seen; those given here are larger. 0 when left out. */
  readonly lastEpoch?: Epoch;
}

export const DEFAULT_SUPERVISOR_LIMITS: SupervisorLimits = {
  maxTeams: 100,
  maxWaiting: 1000,
  maxPerUser: 20,
  maxPerChannel: 200,
  maxPerServer: 1_000,
  maxUnanswered: 10_000,
  maxTurn: 4,
  quantumTokens: 10_000,
  maxWaitMs: 60_000,
  minResidencyMs: 0,
  idleAfterMs: 30 * 60_000,
  backoffFirstMs: 1_000,
  backoffLongestMs: 60_000,
  maxCrashes: 5,
  crashWindowMs: 600_000,
  quarantineMs: 600_000,
  maxDeliveries: 3,
};
