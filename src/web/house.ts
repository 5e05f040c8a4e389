import type { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Question, RunEvent, RunOutcome } from '../../machines/question.ts';

/** What the web console needs of the house. */
export interface WebHouse {
  /**
   * Takes up a question when iteration starts; ends after `run.settled`, or early and quietly when `signal`
   * aborts. Neither that nor leaving the loop cancels the run.
   */
  ask(question: Omit<Question, 'at'>, options: Waiting): AsyncIterable<RunEvent>;
  /**
   * Joins a run under way: starts with what is known (the text so far as one `run.drafted`), then goes on like
   * `ask`. `undefined` when no such run of this user is under way.
   */
  watch(run: RunOfUser, options: Waiting): AsyncIterable<RunEvent> | undefined;
  /** Stops one run or one channel's runs; what is not under way is ignored. */
  cancel(what: CancelScope): void;
  /** The user's word on something that a run of theirs waits for. Never rejects. */
  confirm(what: ConfirmWish): Promise<ConfirmEnd>;
  /** `/memory …` or `/forget …`, as typed; gives back what is said. */
  command(
    line: { readonly userId: UserId; readonly channelId: ChannelId; readonly line: string },
    options: { readonly signal: AbortSignal },
  ): Promise<string>;
  /** Who is alive and who waits, least recently used first; at most `limit` of each. */
  overview(limit: number): HouseOverview;
  /** The numbers of the house, as Prometheus reads them. */
  metrics(): string;
  /** A file that a run has made for this user; undefined when there is none. Rejects when the store cannot be read. */
  file(userId: UserId, fileId: string, options: Waiting): Promise<FileContent | undefined>;
  /** The user's sessions, latest first. Rejects when the store cannot be read. */
  sessions(userId: UserId, options: Waiting): Promise<readonly SessionSummary[]>;
  /** The last runs of one session, oldest first. Rejects when the store cannot be read. */
  conversation(page: ConversationPage, options: Waiting): Promise<readonly ConversationEntry[]>;
}

export interface FileContent {
  readonly name: string;
  readonly mime: string;
  readonly data: Uint8Array;
}

interface Waiting {
  readonly signal: AbortSignal;
}

interface RunOfUser {
  readonly runId: RunId;
  readonly userId: UserId;
}

export interface ConfirmWish extends RunOfUser {
  readonly stepKey: string;
  readonly allow: boolean;
}

export interface ConfirmEnd {
  /** `unknown`: nothing of the kind waits for this user. `failed`: it could not be kept. */
  readonly kind: 'kept' | 'unknown' | 'failed';
}

export interface CancelScope {
  readonly userId: UserId;
  readonly runId?: RunId;
  readonly channelId?: ChannelId;
}

export interface HouseOverview {
  readonly teams: readonly TeamOverview[];
  /** All teams alive, also those that `limit` left out of `teams`. */
  readonly teamCount: number;
  readonly waiting: readonly WaitingOverview[];
  /** All users waiting for a place. */
  readonly waitingCount: number;
  readonly maxTeams: number;
  /** `degraded`: the store cannot be reached; answers are made without it. */
  readonly health: 'ok' | 'degraded';
  /** The model that answers, as configured. */
  readonly model: string;
  /** True when simple rules write the answers, because no key is configured. */
  readonly demo: boolean;
  readonly code?: CodeOverview;
}

/** Where code is run. */
export interface CodeOverview {
  /** Which sandbox, and how it is, in a few words. */
  readonly where: string;
  /** Why it is none of the stronger ones; may be empty. */
  readonly why: string;
}

export interface TeamOverview {
  readonly userId: UserId;
  readonly state: 'idle' | 'busy' | 'closing';
  /** In order of use: 1 is the next to leave when a newcomer needs the place. */
  readonly place: number;
  readonly lastUsedAt: number;
  readonly runs: readonly RunOverview[];
}

interface RunOverview {
  readonly runId: RunId;
  readonly channelId: ChannelId;
  /** What it does, as a phrase: "queued", "thinking". */
  readonly state: string;
}

interface WaitingOverview {
  readonly userId: UserId;
  /** Counts from 1. */
  readonly place: number;
  readonly questions: number;
}

export interface SessionSummary {
  readonly channelId: ChannelId;
  readonly title: string;
  readonly lastAt: number;
  /** How many questions were asked in it, where the store counts them. */
  readonly runs?: number;
}

interface ConversationPage {
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly limit: number;
  /** Only what ended before this run did: the oldest that is shown already. */
  readonly before?: RunId;
}

export interface ConversationEntry {
  readonly runId: RunId;
  readonly at: number;
  readonly question: string;
  /** Absent while the run is under way. */
  readonly outcome?: RunOutcome;
}
