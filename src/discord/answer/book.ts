import type { Failure } from '../../../machines/failure.ts';
import type { ChannelId, RunId, UserId } from '../../../machines/ids.ts';

/** The message that a run's answer takes the place of. */
export interface Draft {
  readonly messageId: string;
  /** True for an earlier answer: the new one always takes its place, however long it takes. */
  readonly isAnswer: boolean;
}

/** Where it is kept which message shows a run's draft, so that a later life finds it. Never rejects. */
export interface DraftBook {
  keep(
    run: { readonly runId: RunId; readonly userId: UserId },
    draft: Draft,
  ): Promise<Failure | undefined>;
  find(
    runId: string,
  ): Promise<
    | { readonly kind: 'read'; readonly draft: Draft | undefined }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
}

/** A run that answers, or has answered, a message. */
export interface StandingAnswer {
  readonly runId: string;
  readonly userId: UserId;
  /** Where it is said. */
  readonly channelId: ChannelId;
  readonly isOver: boolean;
  /** False while parts of it are on their way. */
  readonly isSaid: boolean;
  /** The messages that it stands in, first to last. */
  readonly messageIds: readonly string[];
  /** What was asked; left out while the run is under way. */
  readonly question?: string;
}

/** What became of the runs of messages. Never rejects. */
export interface AnswerBook {
  /** Those of these runs that were accepted, in order of acceptance. */
  of(
    runIds: readonly RunId[],
  ): Promise<
    | { readonly kind: 'read'; readonly answers: readonly StandingAnswer[] }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
  /** Keeps what the asker thinks of an answer; `missing` when it is not theirs. */
  rate(
    who: { readonly userId: UserId },
    rating: { readonly runId: string; readonly verdict: 'up' | 'down' },
  ): Promise<'rated' | 'missing' | Failure>;
}
