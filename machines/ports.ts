import { fromPromise } from 'xstate';
import type {
  ChatMessage,
  FetchedPage,
  FileRef,
  Source,
  ToolCall,
  ToolSpec,
  Usage,
} from './conversation.ts';
import type { Failure } from './failure.ts';
import type { Epoch, RunId, UserId } from './ids.ts';
import type { Confirmation, ConfirmationEnd, Question, RunOutcome, RunRef } from './question.ts';
import type { ToolPolicy } from './tool-policy.ts';

/** One model call. `stepKey` names it within its run, so that it can be journaled and never paid twice. */
export interface ModelRequest {
  readonly run: RunRef;
  /** `leader/<turn>` or `<slot>/<member>/<turn>`: unique in the run and the same when a run is resumed. */
  readonly stepKey: string;
  /** The agent that asks; adapters choose the ordered list of models by it. */
  readonly agent: string;
  /** The one to be asked first, if the agent's list has it: chosen for the whole run. */
  readonly model?: string;
  readonly messages: readonly ChatMessage[];
  /** Empty when the agent must answer without tools. */
  readonly tools: readonly ToolSpec[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxOutputTokens: number;
  /** What it is paid from besides the day's budget; it is refused as `budget` when that is spent. */
  readonly purse?: Purse;
  /** Set when the text may become the answer: stream it. The number tells drafts of different turns apart. */
  readonly draftTurn?: number;
}

/** A whole reply: a cut one is a failure, never a reply. */
export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly reasoning?: string;
  /** The model that really answered. */
  readonly model: string;
  readonly usage: Usage;
  /** What its provider read for it, where it has tools of its own; left out: nothing. */
  readonly fetched?: readonly FetchedPage[];
  /** `length`: the model hit `maxOutputTokens`; the text is complete as sent but may break off. */
  readonly finish: 'stop' | 'tool_calls' | 'length';
}

export type ModelResult =
  | { readonly kind: 'replied'; readonly reply: ModelReply }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly usage?: Usage };

export interface ModelCallOptions {
  /** Aborts the call at once, whatever it waits for. The result is then a failure of kind `aborted`. */
  readonly signal: AbortSignal;
  /** Called with each piece of text as it arrives; only for requests with a `draftTurn`. Never throws. */
  readonly onDelta?: (delta: string) => void;
}

/**
 * A model, or a list of them with fallbacks. Never rejects on anything that a provider, a network or a
 * model can do: those are `failed` results. Always settles: every wait inside has a deadline.
 */
export interface ModelPort {
  call(request: ModelRequest, options: ModelCallOptions): Promise<ModelResult>;
}

/**
 * What an agent may still spend on models while the tools of one reply run, all of them together: they hold the same
 * object. Whoever makes the calls counts what is taken from it, and exceeds it by one call at most.
 */
export interface Purse {
  readonly tokens: number;
}

export interface ToolRequest {
  readonly run: RunRef;
  /** `<agent's step key>/<call index>`. */
  readonly stepKey: string;
  readonly agent: string;
  readonly call: ToolCall;
  /** Left out: what it spends on models is not limited beforehand. */
  readonly purse?: Purse;
}

export type ToolResult =
  | {
      readonly kind: 'returned';
      readonly content: string;
      readonly sources?: readonly Source[];
      /** What it made for people to look at, kept already. */
      readonly files?: readonly FileRef[];
      /** What it has spent on models. Left out: nothing. */
      readonly usage?: Usage;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly usage?: Usage };

/** The tools. Never rejects, always settles: unknown tools, bad input, throws and hangs are `failed` results. */
export interface ToolPort {
  run(request: ToolRequest, options: { readonly signal: AbortSignal }): Promise<ToolResult>;
  /** What holds when this agent uses that tool, known before it does. A tool that there is not touches nothing. */
  policyOf(use: ToolUse): ToolPolicy;
}

/** An agent and one of its tools, by their names. */
export interface ToolUse {
  readonly agent: string;
  readonly name: string;
}

/** What the journal keeps of one step of a run. */
export interface RunStep {
  readonly stepKey: string;
  /**
   * `intent`: a tool that must not be run twice was about to be run; its result, if known, takes the place of this.
   * `confirmation`: what the asker was asked, and the word, if there was one.
   */
  readonly kind: 'model' | 'tool' | 'intent' | 'confirmation' | 'prompt';
  /** Tells whether the step is still the same: equal for equal requests. */
  readonly inputHash: string;
  /** Plain JSON, as whoever recorded it wrote it. What is read back may be anything. */
  readonly output: unknown;
}

/** A step, and on whose account it is recorded. */
export interface RecordedStep extends RunStep {
  readonly run: RunRef;
}

/** What is kept of a confirmation while it is open, and afterwards. */
export interface ConfirmationRequest {
  readonly run: RunRef;
  readonly confirmation: Confirmation;
  /** Equal for the same use of the same tool: a word counts for that use alone. */
  readonly inputHash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type AskedConfirmation =
  /** Open until `expiresAt`: that of the first time it was asked, if it is still to come. */
  | { readonly kind: 'open'; readonly expiresAt: number }
  | { readonly kind: 'ended'; readonly end: ConfirmationEnd }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface ConfirmationAnswer {
  readonly userId: UserId;
  readonly runId: RunId;
  readonly stepKey: string;
  readonly end: ConfirmationEnd;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type KeptAnswer =
  | { readonly kind: 'kept' }
  /** Nothing of the kind is open for this user: it was answered, has expired, or never was. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Where confirmations are kept, so that they outlive the process. Never rejects. */
export interface ConfirmationPort {
  /** Asked again after a restart, it gives what is known of the same use, and opens anew what expired while nobody could answer. */
  ask(
    request: ConfirmationRequest,
    options?: { readonly signal: AbortSignal },
  ): Promise<AskedConfirmation>;
  /** The first answer counts. */
  answer(answer: ConfirmationAnswer): Promise<KeptAnswer>;
}

/** What a run starts from. */
export type RunStart =
  | {
      readonly kind: 'begun';
      /** Earlier questions and answers of the session, oldest first: `user` and `assistant` entries only. */
      readonly history: readonly ChatMessage[];
      /** What earlier incarnations had finished of this run; empty for a new one. */
      readonly steps: readonly RunStep[];
      /** What was said in the session before that history, in short. */
      readonly summary?: string;
      /** What is known of the user and may matter now, as it was given to `begin` when the run first began. */
      readonly recalled?: string;
      /** What the leader is told instead of what its roster says. */
      readonly prompt?: { readonly version: string; readonly text: string };
    }
  /** The store could not be read: the run goes on without history and says so. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What is kept of a finished run. */
export interface RunRecord {
  readonly run: RunRef;
  readonly question: Question;
  readonly outcome: RunOutcome;
  /** Which machines worked it: `MACHINES_VERSION`. */
  readonly machinesVersion: number;
  /** Which version of a prompt kept elsewhere the leader was told; left out: the roster's. */
  readonly promptVersion?: string;
  /** Milliseconds since 1970, on the host's clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** What is said on the question's platform, first to last: kept with the end itself, sent after it. */
  readonly parts?: readonly string[];
}

export type RunSaved =
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What a team needs before its first run. */
export type TeamHydration =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What is known of a user and may matter now, as a model reads it. */
export interface Recalled {
  readonly text: string;
  /** The last change of what is kept of the user that is in it: after a later one, it is not shown any more. */
  readonly asOf: number;
}

/** Where runs begin and end. Never rejects on anything a database can do, always settles: every statement has a deadline. */
export interface RunPort {
  hydrate(
    team: { readonly userId: UserId; readonly epoch: Epoch },
    options: { readonly signal: AbortSignal },
  ): Promise<TeamHydration>;
  begin(
    run: RunRef,
    question: Question,
    options: { readonly signal: AbortSignal; readonly recalled?: Recalled },
  ): Promise<RunStart>;
  /**
   * Keeps one step in one round trip; another one of the same key gives way to it. Fails with `unavailable` when the run
   * was not begun by this incarnation or a newer one holds it: then nothing more of it counts.
   */
  record(step: RecordedStep, options: { readonly signal: AbortSignal }): Promise<RunSaved>;
  end(record: RunRecord, options: { readonly signal: AbortSignal }): Promise<RunSaved>;
}

/** The default of every port of a machine: the first use names what was forgotten. */
export function unbound<Output, Input>(port: string) {
  return fromPromise<Output, Input>(() =>
    Promise.reject(new Error(`Port "${port}" is not bound: provide it when the machine is bound.`)),
  );
}
