import type { Reply, RunOutcome } from '../../machines/question.ts';
import { sayEnding, sayNote } from '../../machines/wording.ts';
import { splitText } from './split-text.ts';

export interface ReplyLimits {
  /** Characters of one message. */
  readonly maxChars: number;
  /** Messages of one answer. */
  readonly maxParts: number;
}

/** Words outcomes as plain messages: the answer and its notes, or one friendly sentence. */
export const createReply =
  ({ maxChars, maxParts }: ReplyLimits): Reply =>
  (_question, outcome) => {
    const parts = splitText(wordsOf(outcome), maxChars);
    if (parts.length <= maxParts) return parts;
    return [...parts.slice(0, maxParts), 'The answer was too long for this chat: the rest is cut.'];
  };

function wordsOf(outcome: RunOutcome): string {
  if (outcome.kind !== 'answered') return sayEnding(outcome);
  const notes = outcome.notes.map((note) => sayNote(note)).join(' ');
  const text = outcome.text.trim() === '' ? 'The answer is empty.' : outcome.text;
  return notes === '' ? text : `${text}\n\n${notes}`;
}
