import type { Reply, RunOutcome } from '../../machines/question.ts';
import { sayEnding, sayNote } from '../../machines/wording.ts';
import { splitText } from './split-text.ts';
import type { BridgeWords, WordsIn } from './words.ts';

export interface ReplyOptions {
  /** Characters of one message. */
  readonly maxChars: number;
  /** Messages of one answer. */
  readonly maxParts: number;
  readonly wordsIn: WordsIn;
}

/** Words outcomes as plain messages: the answer and its notes, or one friendly sentence. */
export const createReply =
  ({ maxChars, maxParts, wordsIn }: ReplyOptions): Reply =>
  ({ origin }, outcome) => {
    const words = wordsIn(origin?.language);
    const parts = splitText(wordsOf(outcome, words), maxChars);
    if (parts.length <= maxParts) return parts;
    return [...parts.slice(0, maxParts), words.cut];
  };

function wordsOf(outcome: RunOutcome, { phrases, empty }: BridgeWords): string {
  if (outcome.kind !== 'answered') return sayEnding(outcome, phrases);
  const notes = outcome.notes.map((note) => sayNote(note, phrases)).join(' ');
  const text = outcome.text.trim() === '' ? empty : outcome.text;
  return notes === '' ? text : `${text}\n\n${notes}`;
}
