import type { ActorRef, Snapshot } from 'xstate';
import type { Failure } from '../failure.ts';

export interface ConnectionLimits {
  /** How long a connection may take to be made. */
  readonly connectMs: number;
  /** How long one is held that nobody uses. */
  readonly idleMs: number;
  /** How long closing one may take; then it is left to itself. */
  readonly closeMs: number;
  /** The first pause after it broke; doubles with each further time, up to `maxBackoffMs`, and is shortened by chance to a half at most. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** So many calls in a row without any answer, and the connection counts as broken. */
  readonly maxSilences: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  connectMs: 20_000,
  idleMs: 300_000,
  closeMs: 5_000,
  backoffMs: 500,
  maxBackoffMs: 60_000,
  maxSilences: 3,
};

/** What a connection is told. `chance` is a number in [0, 1). */
export type ConnectionEvent =
  /** One more team may use it. */
  | { readonly type: 'connection.leased' }
  | { readonly type: 'connection.released' }
  /** A call is to be made: connects if need be. */
  | { readonly type: 'connection.called' }
  /** A call is over; `heard` when the other side said anything at all. */
  | { readonly type: 'connection.answered'; readonly heard: boolean }
  /** Whoever made a call has left before it was over: nobody knows whether it would have been answered. */
  | { readonly type: 'connection.abandoned' }
  /** The connection made by this attempt is of no more use. Later news of older ones is ignored. */
  | {
      readonly type: 'connection.lost';
      readonly attempt: number;
      readonly failure: Failure;
      readonly chance: number;
    }
  /** For good. */
  | { readonly type: 'connection.close' };

/** What it tells. */
export type ConnectionReport =
  /** Calls may be made. */
  | { readonly type: 'connection.opened'; readonly attempt: number }
  /** Every call that waits or is under way is over; `retryInMs` until it is tried again, if anybody calls. */
  | {
      readonly type: 'connection.broke';
      readonly failure: Failure;
      readonly retryInMs: number;
    }
  /** Nobody needs it any more: every call that is under way is over. */
  | { readonly type: 'connection.closed' }
  /** Closed for good: the last report. */
  | { readonly type: 'connection.ended' };

export interface ConnectionInput {
  /** For messages. */
  readonly name: string;
  readonly limits: ConnectionLimits;
  readonly reportTo: ActorRef<Snapshot<unknown>, ConnectionReport>;
}

/** Names one connection of many: they are numbered. */
export interface Attempt {
  readonly attempt: number;
}

/** What the port `connect` answers; whatever goes wrong is an answer, too. */
export type Connected =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly chance: number };
