import type { FileRef, Source, Usage } from './conversation.ts';
import type { Failure } from './failure.ts';
import type { ChannelId, Epoch, RunId, UserId } from './ids.ts';
import type { Audience } from './memory/memories.ts';

/** What a person asked, once an edge has accepted it. */
export interface Question {
  readonly runId: RunId;
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly text: string;
  /** When it was accepted, in milliseconds since the epoch. */
  readonly at: number;
  /** The asker's display name: data, never authority. */
  readonly from?: string;
  /** Who may read along where it was asked; left out: nobody but the asker, as in a console. */
  readonly audience?: Audience;
  /** Given when it came by a chat platform: its answer leaves by the outbox. */
  readonly origin?: Origin;
  /** When it was taken up again, after the process died that had it. */
  readonly resumedAt?: number;
  /** What stood around it where it was asked, oldest first: data, shown to the leader as records. */
  readonly context?: readonly ContextRecord[];
  /** The model that is asked first, as the house calls it (`groq/openai/gpt-oss-120b`); left out, or unknown: each agent's own. */
  readonly model?: string;
}

/** One message near a question, or one of its attachments. */
export interface ContextRecord {
  readonly kind: 'message' | 'replied_to' | 'attachment';
  readonly id: string;
  readonly authorId: string;
  /** The display name of whoever wrote it: chosen by people, proves nothing. */
  readonly author?: string;
  /** When it was written, for reading: ISO 8601 with the offset of the house's time zone. */
  readonly time: string;
  readonly content: string;
  /** What is missing and why, where something was left out. */
  readonly skipped?: string;
  /** What was spent on models to write it, for one that stands for others: counts as spent by the run. */
  readonly usage?: Usage;
}

/** The message that a question came by, in the platform's own words: what is needed to answer there. */
export interface Origin {
  readonly platform: string;
  readonly channelId: string;
  /** The message to reply to. */
  readonly replyTo: string;
  /** Where it stands in the platform's stream of events: a whole number that grows. */
  readonly position: number;
  /** Given by a platform with several streams: the name of its own, under which the position is kept. */
  readonly stream?: string;
  /** The server that its channel is part of, where the platform has such. */
  readonly serverId?: string;
  /** In which language whoever reads there is spoken to, by the platform's name for it; left out: English. */
  readonly language?: string;
}

/** How an outcome is worded for the platform of its question, in parts that fit there, first to last. Pure. */
export type Reply = (question: Question, outcome: RunOutcome) => readonly string[];

/** Who acts in which run: every effect carries it, so that a late one can be told and rejected. */
export interface RunRef {
  readonly runId: RunId;
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly epoch: Epoch;
}

/** Why a question was not taken up: an ordinary message to the user. */
export type RefusalKind =
  | 'house_full'
  | 'waited_too_long'
  /** Nobody had begun it when the house was closed, and too much time had passed when it was open again. */
  | 'too_old'
  | 'channel_full'
  | 'server_full'
  | 'quarantined'
  | 'draining'
  /** It was under way when the house closed, and goes on when that is open again. */
  | 'postponed'
  | 'team_unavailable'
  | 'duplicate';

export interface Refusal {
  readonly kind: RefusalKind;
  /** When it may be worth asking again, in milliseconds from now. */
  readonly retryAfterMs?: number;
}

/** Something the asker must know about the answer. */
export type Note =
  /** The work was cut off and taken up again, a minute or more after the question was asked. */
  | 'resumed'
  /** Earlier messages could not be read: the answer was made without them. */
  | 'without_history'
  /** The answer could not be saved: the session will not remember it. */
  | 'not_saved'
  /** A limit ended the work early: the answer may be incomplete. */
  | 'limit_reached'
  /** The leader could not finish: the answer is made of what the members had reported by then. */
  | 'unfinished';

/** What one delegation came to, as the run's record keeps it. */
export interface DelegationRecord {
  /** `team/member` of one that a nested team has made. */
  readonly member: string;
  readonly task: string;
  readonly ok: boolean;
  /** Of a nested team: its members' included. */
  readonly usage: Usage;
}

/** How a run ended; each question has exactly one. */
export type RunOutcome =
  | {
      readonly kind: 'answered';
      readonly text: string;
      readonly model: string;
      readonly usage: Usage;
      readonly delegations: readonly DelegationRecord[];
      readonly sources: readonly Source[];
      /** What the work has made for the asker to look at; left out: nothing. */
      readonly files?: readonly FileRef[];
      readonly notes: readonly Note[];
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly usage: Usage }
  | { readonly kind: 'cancelled'; readonly usage: Usage }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What a working run is doing, taken from its statecharts. */
export type Progress =
  | { readonly kind: 'recalling' }
  /** Likewise, of a run that was cut off with its process. */
  | { readonly kind: 'resuming' }
  | { readonly kind: 'thinking'; readonly turn: number }
  | { readonly kind: 'using'; readonly tools: readonly string[] }
  | {
      readonly kind: 'delegating';
      readonly member: string;
      readonly slot: string;
      readonly task: string;
    }
  | { readonly kind: 'member_thinking'; readonly member: string; readonly slot: string }
  | {
      readonly kind: 'member_using';
      readonly member: string;
      readonly slot: string;
      readonly tools: readonly string[];
    }
  | {
      readonly kind: 'member_retrying';
      readonly member: string;
      readonly slot: string;
      readonly delayMs: number;
    }
  | {
      readonly kind: 'member_reported';
      readonly member: string;
      readonly slot: string;
      readonly ok: boolean;
    };

/** Something that is done only if the asker allows it. */
export interface Confirmation {
  /** Names it within its run. */
  readonly stepKey: string;
  readonly agent: string;
  readonly tool: string;
  /** All that it would be done with, as JSON: written by a model, to be shown as plain text. */
  readonly shown: string;
  /** Milliseconds since 1970: from then on it counts as refused. */
  readonly expiresAt: number;
}

/** What became of a confirmation; without a word in time it has expired. */
export type ConfirmationEnd = 'allowed' | 'refused' | 'expired';

/** What the asker sees of a run, in order; `run.settled` is last and comes exactly once. */
export type RunEvent =
  /** Waiting: for a place in the house (`place` counts from 1) or behind the channel's earlier questions. */
  | {
      readonly type: 'run.queued';
      readonly runId: RunId;
      readonly behind: 'house' | 'channel';
      readonly place: number;
    }
  | { readonly type: 'run.started'; readonly runId: RunId }
  | { readonly type: 'run.progressed'; readonly runId: RunId; readonly progress: Progress }
  /** More text of the answer being written; a new `turn` replaces the text of the one before. */
  | {
      readonly type: 'run.drafted';
      readonly runId: RunId;
      readonly turn: number;
      readonly delta: string;
    }
  /** The run waits for the asker's word; `run.confirmed` tells which it was. */
  | { readonly type: 'run.asking'; readonly runId: RunId; readonly confirmation: Confirmation }
  | {
      readonly type: 'run.confirmed';
      readonly runId: RunId;
      readonly stepKey: string;
      readonly end: ConfirmationEnd;
    }
  | { readonly type: 'run.settled'; readonly runId: RunId; readonly outcome: RunOutcome };
