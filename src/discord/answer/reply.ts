import type { Question, Reply, RunOutcome } from '../../../machines/question.ts';
import { sayEnding, sayNote } from '../../../machines/wording.ts';
import { writtenPart } from './part.ts';

/** Lays a text out in messages; beyond five, its beginning and a file. */
export interface Layout {
  readonly messages: readonly string[];
  readonly file?: { readonly name: string; readonly content: string };
}

/** Words outcomes for Discord: the answer and its notes, or one friendly sentence with an id to ask about. */
export const createReply =
  (layOut: (text: string) => Layout): Reply =>
  (question, outcome) => {
    const { messages, file } = layOut(wordsOf(question, outcome));
    const last = messages.length - 1;
    return messages.map((text, index) =>
      writtenPart({
        text,
        hasButtons: index === last && outcome.kind === 'answered',
        ...(index === last && file !== undefined ? { file } : {}),
      }),
    );
  };

function wordsOf({ runId }: Question, outcome: RunOutcome): string {
  if (outcome.kind === 'failed') return `${sayEnding(outcome)}\n-# ${runId}`;
  if (outcome.kind !== 'answered') return sayEnding(outcome);
  const notes = outcome.notes.map((note) => `-# ${sayNote(note)}`);
  const text = outcome.text.trim() === '' ? 'The answer is empty.' : outcome.text;
  return [text, ...notes].join('\n');
}
