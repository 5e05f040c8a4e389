import type { ChannelId, RunId } from '../../machines/ids.ts';

/** What the terminal sees of a run, in words already; `answered` or `ended` is last and comes exactly once. */
export type TerminalEvent =
  /** What goes on, as a phrase: "asking compute". */
  | { readonly kind: 'doing'; readonly said: string }
  /** It waits for a word on something: `/allow` or `/refuse`. */
  | ({ readonly kind: 'asking'; readonly said: string; readonly shown: string } & Asked)
  /** More text; a new `turn` replaces the text of the one before. */
  | { readonly kind: 'drafted'; readonly turn: number; readonly delta: string }
  /** The connection was lost and is back: the text so far follows again. */
  | { readonly kind: 'rejoined' }
  /** The house closes and has kept the question: its next life answers it. */
  | { readonly kind: 'postponed'; readonly said: string }
  | { readonly kind: 'answered'; readonly text: string; readonly notes: readonly string[] }
  /** It ended without an answer; `said` tells the asker why. */
  | { readonly kind: 'ended'; readonly said: string };

/** Names what a run waits for. */
export interface Asked {
  readonly runId: RunId;
  readonly stepKey: string;
}

export interface TerminalQuestion {
  readonly runId: RunId;
  readonly channelId: ChannelId;
  readonly text: string;
}

export interface TerminalEntry {
  readonly question: string;
  /** The answer, or the sentence that stands in its place; absent while the run is under way. */
  readonly answer?: string;
}

export interface TerminalOverview {
  readonly model: string;
  readonly demo: boolean;
  readonly health: 'ok' | 'degraded';
  readonly teamCount: number;
  readonly maxTeams: number;
  readonly waitingCount: number;
  /** Where code is run, and why in none of the stronger sandboxes. */
  readonly code?: { readonly where: string; readonly why: string };
  /** Least recently used first. */
  readonly teams: readonly { readonly userId: string; readonly state: string }[];
}

interface Waiting {
  readonly signal: AbortSignal;
}

/** The house as the terminal needs it: in this process or in another. */
export interface TerminalHouse {
  /** Ends after the last event, or early and quietly when `signal` aborts; neither stops the run. */
  ask(question: TerminalQuestion, options: Waiting): AsyncIterable<TerminalEvent>;
  /** Stops the channel's runs. */
  stop(channelId: ChannelId): Promise<void>;
  /** Gives the word on something; rejects with a sentence when it is not waited for (any more). */
  confirm(asked: Asked, allow: boolean): Promise<void>;
  /** `/memory …` or `/forget …`, as typed; gives back what is said. */
  command(line: string, channelId: ChannelId, options: Waiting): Promise<string>;
  overview(options: Waiting): Promise<TerminalOverview>;
  /** The last questions of the channel, oldest first. */
  history(channelId: ChannelId, options: Waiting): Promise<readonly TerminalEntry[]>;
  close(): Promise<void>;
}

/** How many earlier questions are shown. */
export const HISTORY_LENGTH = 5;

/** What one question may have, in characters. */
export const MAX_QUESTION_CHARS = 8_000;
