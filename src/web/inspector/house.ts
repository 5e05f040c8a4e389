import type { RunId, UserId } from '../../../machines/ids.ts';
import type { InspectedEvent } from '../../shared/inspected-event.ts';
import type { DrawnChart, Queues, RunFacts, RunSteps, RunTexts } from '../../shared/inspection.ts';

/** What the inspector needs of the house. Reading methods reject when the store cannot be read. */
export interface InspectedHouse {
  /** Every machine that works in the house, drawn. */
  charts(): readonly DrawnChart[];
  /** Who is alive, in order of use, as much of it as the window shows. */
  census(window: CensusWindow): Census;
  /**
   * Tells what happens inside of one user's team, or without a user what the supervisor does, from now until the end.
   * Actors that are there already come first, as if they had just started. A team that is not alive is followed from
   * the moment it is.
   */
  follow(userId: UserId | undefined, tell: (event: InspectedEvent) => void): () => void;
  /** The latest runs, newest first. */
  runs(page: { readonly limit: number } & Waiting): Promise<readonly RunFacts[]>;
  run(runId: RunId, options: Waiting): Promise<RunSteps | undefined>;
  /** What was recorded of a run, replayed by the machines of this house; undefined when nothing was. */
  recording(runId: RunId): Promise<Replayed | undefined>;
  queues(page: { readonly limit: number } & Waiting): Promise<Queues>;
  /** Left out: whoever looks may only look. */
  readonly admin: AdminPowers | undefined;
}

interface Waiting {
  readonly signal: AbortSignal;
}

/** A recorded run as if it were followed. */
export interface Replayed {
  readonly events: readonly InspectedEvent[];
  /** Where these machines go another way than those that were recorded, or why it cannot be read. */
  readonly trouble?: string;
}

export interface CensusWindow {
  /** Teams to leave out, counted from the least recently used one. */
  readonly from: number;
  readonly count: number;
  /** Only users whose id has this in it. */
  readonly find?: string;
}

export interface Census {
  /** The state of the supervisor. */
  readonly supervisor: string;
  readonly teams: readonly CensusTeam[];
  /** All that fit `find`. */
  readonly found: number;
  readonly teamCount: number;
  readonly maxTeams: number;
  /** Users who wait for a place, the next first; at most 100. */
  readonly waiting: readonly { readonly userId: UserId; readonly questions: number }[];
  readonly waitingCount: number;
  /** Bytes. */
  readonly memory: { readonly heapUsed: number; readonly resident: number };
}

export interface CensusTeam {
  readonly userId: UserId;
  readonly state: 'idle' | 'busy' | 'closing';
  /** 1 is the next to leave when a newcomer needs the place. */
  readonly place: number;
  readonly lastUsedAt: number;
  readonly runs: readonly { readonly runId: RunId; readonly state: string }[];
}

/** What an operator may do who started the house with `--admin`. */
export interface AdminPowers {
  /** The texts of one run. The house logs that they were looked at. */
  texts(runId: RunId, options: Waiting): Promise<RunTexts | undefined>;
  /** Stops all runs of a user, or one. */
  stop(what: { readonly userId: UserId; readonly runId?: RunId }): void;
  /** Removes a user's team whatever it does. */
  dismiss(userId: UserId): void;
  /** From 1 up. */
  resize(maxTeams: number): void;
}

/** What happened since the last such line. */
export interface InspectedBatch {
  readonly type: 'inspect.events';
  /** Left out: it is what the supervisor did. */
  readonly userId?: UserId;
  readonly events: readonly InspectedEvent[];
}
