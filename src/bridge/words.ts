import type { Phrases } from '../../machines/phrases.ts';

/** What the house itself says behind a bridge, in one language. */
export interface BridgeWords {
  /** Of runs and how they end. */
  readonly phrases: Phrases;
  /** Of an absence in which nothing was answered. */
  readonly away: string;
  /** Of a question that has more characters than it may have. */
  tooLong(maxChars: number): string;
  /** Under an answer that goes on. */
  readonly cut: string;
  /** In the place of an answer without a word. */
  readonly empty: string;
}

/** The words of a platform's language; those of English for one that is not ours, or none. */
export type WordsIn = (language: string | undefined) => BridgeWords;
