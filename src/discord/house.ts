import type {
  ChatInputCommandInteraction,
  Interaction,
  MessageContextMenuCommandInteraction,
} from 'discord.js';
import type { Failure } from '../../machines/failure.ts';
import type { ContextRecord, Origin, Question, RunEvent } from '../../machines/question.ts';

/** The name of this platform in the store, in ids and in nonces: renaming it would send old answers anew. */
export const DISCORD = 'discord';

/** A question that came by Discord. */
export type DiscordQuestion = Question & { readonly origin: Origin };

/** A run of somebody that has not ended. */
export interface RunUnderway {
  readonly question: Question;
  /** What it does: `queued`, or the kind of its leader's last progress. */
  readonly state: string;
}

/** What anybody may know of the house. */
export interface HouseOverview {
  readonly live: number;
  readonly maxTeams: number;
  readonly waiting: number;
  readonly model: string;
  readonly isDemo: boolean;
  readonly store: 'ok' | 'failing';
}

/** What Discord may ask of the house. Ids of users, channels and runs are ours: `discord:<id>`. Nothing here rejects. */
export interface DiscordHouse {
  /** Keeps a question and takes it up; resolves with the failure of keeping it, if any. Its answer leaves by the outbox. */
  take(question: DiscordQuestion): Promise<Failure | undefined>;
  /** Keeps that a question was not taken up, and says `parts` in its place. */
  decline(
    question: DiscordQuestion,
    why: { readonly parts: readonly string[]; readonly isLate: boolean },
  ): Promise<Failure | undefined>;
  /** The events of a run under way, beginning with what is known of it. */
  watch(run: {
    readonly userId: string;
    readonly runId: string;
  }): AsyncIterable<RunEvent> | undefined;
  /** Stops one run, one channel's runs, or all of a user's. */
  cancel(what: {
    readonly userId: string;
    readonly runId?: string;
    readonly channelId?: string;
  }): void;
  /** Says the asker's word on something; `unknown` when nothing of the kind waits for this user. */
  confirm(what: {
    readonly userId: string;
    readonly runId: string;
    readonly stepKey: string;
    readonly allow: boolean;
  }): Promise<'kept' | 'unknown' | 'failed'>;
  underway(userId: string): readonly RunUnderway[];
  overview(): HouseOverview;
}

/** How commands get their answers: in public, by the same way as a message's. */
export interface Asking {
  /**
   * Defers the reply and takes the question up: the answer takes the reply's place, or comes as a message when it took
   * long. Rejects when Discord cannot be told.
   */
  ask(
    interaction: ChatInputCommandInteraction | MessageContextMenuCommandInteraction,
    asked: {
      readonly text: string;
      /** Goes on in a thread, where conversations have one. */
      readonly isConversation?: boolean;
      /** Left out: what was said before, as far as whoever asks may read it. Read once the reply is deferred. */
      readonly context?: () => Promise<readonly ContextRecord[]>;
    },
  ): Promise<void>;
}

/** Whoever answers some of the interactions. */
export interface InteractionHandler {
  /** False for one that it does not know: the next one is asked. */
  handle(interaction: Interaction): Promise<boolean>;
}
