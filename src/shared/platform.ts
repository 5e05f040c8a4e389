/** One message of ours on its way to a chat platform. */
export interface OutgoingPart {
  /** The platform's own ids: where to say it, and the message that it answers. */
  readonly channelId: string;
  readonly replyTo: string;
  readonly content: string;
  /** The same for each attempt at the same part, at most 25 characters: a platform takes it once. */
  readonly nonce: string;
  /** The question that it answers, and which part of the answer it is, from 0. */
  readonly messageId: string;
  readonly part: number;
  /** The question's place in the platform's stream. */
  readonly position: number;
  /** The language that its readers are spoken to in; left out: English. */
  readonly language?: string;
  /** When it was committed, in milliseconds since 1970: the same for each attempt. */
  readonly createdAt: number;
}

export type SendResult =
  /** It is there, put there now or by an earlier attempt. */
  | { readonly kind: 'sent'; readonly platformId: string }
  /** It was not taken, or nobody knows: to be tried again with the same nonce. */
  | { readonly kind: 'unsent'; readonly why: string; readonly retryAfterMs?: number }
  /** It will never be taken: the channel is gone, we may not write there, or the text is not allowed. */
  | { readonly kind: 'refused'; readonly why: string };

export type FindResult =
  | { readonly kind: 'found'; readonly platformId: string }
  | { readonly kind: 'absent' }
  | Exclude<SendResult, { kind: 'sent' }>;

/** A chat platform that answers are sent to. Never rejects; settles at once when the signal is aborted. */
export interface Platform {
  readonly name: string;
  /** For how long it takes a nonce once only, in milliseconds since its first use. */
  readonly dedupeWindowMs: number;
  send(part: OutgoingPart, options: { readonly signal: AbortSignal }): Promise<SendResult>;
  /** Looks for a part that an earlier attempt may have put there, however long ago. */
  find(part: OutgoingPart, options: { readonly signal: AbortSignal }): Promise<FindResult>;
}
