import type { Failure } from '../../machines/failure.ts';
import type { Origin } from '../../machines/question.ts';

/** A part of an answer that has not left yet. Times are milliseconds since 1970. */
export interface WaitingPart {
  readonly messageId: string;
  readonly part: number;
  readonly channelId: string;
  readonly origin: Origin;
  readonly content: string;
  readonly nonce: string;
  /** Attempts that failed. */
  readonly tries: number;
  readonly notBefore: number;
  readonly createdAt: number;
}

/** Which part of which answer. */
export type PartKey = Pick<WaitingPart, 'messageId' | 'part'>;

/** Where parts are kept until they are sent. Never rejects. */
export interface Outbox {
  /** The next part of each channel: those due first, the oldest first; then the others, the soonest first. */
  pending(
    platform: string,
    page: { readonly limit: number; readonly now: number },
  ): Promise<
    | { readonly kind: 'read'; readonly parts: readonly WaitingPart[] }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
  sent(key: PartKey, platformId: string): Promise<Failure | undefined>;
  retryLater(key: PartKey, notBefore: number): Promise<Failure | undefined>;
  /** Gives up the part and those after it. */
  failed(key: PartKey): Promise<Failure | undefined>;
}
