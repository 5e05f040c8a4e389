/**
 * What the inspector's feed tells: who did what and when, in ids, names of machines and states, types, counts, sizes and
 * times. Each field is put in by name; nothing that a person, a model or a tool wrote is ever among them. Times in
 * milliseconds since 1970. Actors are named by what is unique in the house and for all time.
 *
 * The web server streams these as lines of its own streams, behind the guard of the console: the feed tells at most
 * about 2,000 a second to each follower, so a stream may carry all that it is told. What it leaves out above that it
 * counts in `feed.dropped`.
 */
export type InspectedEvent = TeamEvent | SupervisorEvent | FeedDropped;

/** What happens inside of one user's team. */
export type TeamEvent =
  | ActorStarted
  | ActorStopped
  | ActorMoved
  | MessageSent
  | StepStarted
  | StepEnded
  | MailboxChanged;

export interface ActorStarted {
  readonly type: 'actor.started';
  readonly at: number;
  readonly actor: string;
  /** The actor that started it. */
  readonly parent?: string;
  /** Its id among its siblings: `leader0`. */
  readonly name: string;
  /** Which machine it is, or which port it calls: `team`, `callModel`. */
  readonly machine: string;
  /** The run that a leader or member works at. */
  readonly run?: string;
  /** The innermost states it is in at that moment; none for a port. */
  readonly states: readonly string[];
}

export interface ActorStopped {
  readonly type: 'actor.stopped';
  readonly at: number;
  readonly actor: string;
  /** `stopped`: cut short by whoever started it. `error`: it threw. */
  readonly how: 'done' | 'error' | 'stopped';
}

/** A machine went from one state to another. */
export interface ActorMoved {
  readonly type: 'actor.moved';
  readonly at: number;
  readonly actor: string;
  /** The type of the event that moved it. */
  readonly event: string;
  /** The innermost states it was in: `working.thinking`. */
  readonly from: readonly string[];
  /** The innermost states it is in now. */
  readonly states: readonly string[];
  /** How long it was in the former ones; 0 when the feed was not there. */
  readonly heldMs: number;
}

export interface MessageSent {
  readonly type: 'message.sent';
  readonly at: number;
  /** Left out: it came from outside of the team. */
  readonly from?: string;
  /** An actor, or `host` for what is told to the house around the team. */
  readonly to: string;
  readonly event: string;
  /** Characters of the texts it carries; large messages are not counted to the end. */
  readonly chars: number;
}

/** A model call, or a batch of tools that run side by side, begins. */
export interface StepStarted {
  readonly type: 'step.started';
  readonly at: number;
  readonly actor: string;
  readonly kind: 'model' | 'tools';
  readonly run: string;
  readonly agent: string;
  /** The tools of the batch, those that the roster knows; others are `unknown`. Empty for a model call. */
  readonly tools: readonly string[];
  /** Characters of what it was given. */
  readonly chars: number;
}

export interface StepEnded {
  readonly type: 'step.ended';
  readonly at: number;
  readonly actor: string;
  readonly kind: 'model' | 'tools';
  readonly run: string;
  readonly agent: string;
  readonly tookMs: number;
  /** `ok`, the kind of the (first) failure, or `stopped` when nobody waits for it any more. */
  readonly result: string;
  /** The model that answered. */
  readonly model?: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicroUsd: number;
}

/** How many questions of the team wait, and how many are worked at. */
export interface MailboxChanged {
  readonly type: 'mailbox.changed';
  readonly at: number;
  readonly actor: string;
  readonly queued: number;
  readonly running: number;
}

/** The supervisor has dealt with an event. */
export interface SupervisorEvent {
  readonly type: 'supervisor.moved';
  readonly at: number;
  readonly event: string;
  /** Whom the event was about. */
  readonly userId?: string;
  /** `running`, `draining`, `stopped`. */
  readonly state: string;
  readonly teams: number;
  readonly idle: number;
  readonly closing: number;
  readonly waiting: number;
  /** The idle teams that would leave next, the least recently used first; five at most. */
  readonly next: readonly string[];
}

/** There was too much to tell: so many were left out since the last event. Where everybody is now is told all the same. */
export interface FeedDropped {
  readonly type: 'feed.dropped';
  readonly at: number;
  readonly count: number;
}
