import type { Question, Reply, RunOutcome } from '../../../machines/question.ts';
import { sayEnding, sayNote } from '../../../machines/wording.ts';
import { say } from '../commands/texts.ts';
import { DISCORD } from '../house.ts';
import { absenceOf, messageIdOf } from '../intake/questions.ts';
import { spokenTo } from '../languages.ts';
import { isHeadOf } from '../snowflake.ts';
import { layOut } from '../text/answer.ts';
import type { Named } from '../text/names.ts';
import { outgoingText } from '../text/outgoing.ts';
import { PHRASES } from '../words/phrases.ts';
import { type MadeFiles, writtenPart } from './part.ts';
import type { Withdrawn } from './withdrawn.ts';

/** Words outcomes for Discord: the answer and its notes, or one friendly sentence with an id to ask about. */
export const createReply =
  ({ withdrawn }: { readonly withdrawn: Withdrawn }): Reply =>
  (question, outcome) => {
    if (withdrawn.has(question.runId)) return [];
    const words = outgoingText(wordsOf(question, outcome), peopleAround(question));
    const { messages, file } = layOut(words, say(spokenTo(question), 'more_in_file'));
    const last = messages.length - 1;
    const askerId = callerOf(question);
    return messages.map((text, index) =>
      writtenPart({
        text,
        hasButtons: index === last && outcome.kind === 'answered',
        ownerId: bareId(question.userId),
        ...(index === 0 && askerId !== undefined ? { askerId } : {}),
        ...(index === last && file !== undefined ? { file } : {}),
        ...(index === last ? madeFor(question, outcome) : {}),
      }),
    );
  };

/** What is said, once for a channel, of questions that were left when we went away and are too old now. */
export function awayNote(
  question: Question,
  since: number,
): { readonly note: Question; readonly part: string } | undefined {
  if (question.origin === undefined) return undefined;
  const part = writtenPart({ text: say(spokenTo(question), 'away'), hasButtons: false });
  return { note: { ...question, runId: absenceOf(question.origin.channelId, since) }, part };
}

/** Discord takes ten files with a message, `answer.md` among them. */
const MAX_FILES = 9;
/** Of one file, as Discord takes it from a bot in a server without boosts. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;

function madeFor({ userId }: Question, outcome: RunOutcome): { readonly made?: MadeFiles } {
  const files = outcome.kind === 'answered' ? (outcome.files ?? []) : [];
  const fitting = files.filter(({ bytes }) => bytes <= MAX_FILE_BYTES).slice(0, MAX_FILES);
  return fitting.length === 0 ? {} : { made: { userId, ids: fitting.map(({ id }) => id) } };
}

/** Whoever can be mentioned: the asker, and those whose messages were read for it. */
const peopleAround = ({ userId, from, context = [] }: Question): readonly Named[] => [
  { kind: 'user', id: bareId(userId), name: from ?? '' },
  ...context.map(({ authorId: id, author = '' }): Named => ({ kind: 'user', id, name: author })),
];

/** Given where no reply tells the asker: to a command, since it would be one to ourselves, and at the head of a thread. */
function callerOf({ userId, runId, origin }: Question): string | undefined {
  if (origin === undefined) return undefined;
  const { channelId, replyTo } = origin;
  const isToAsker = replyTo === messageIdOf(runId) && !isHeadOf(channelId, replyTo);
  return isToAsker ? undefined : bareId(userId);
}

const bareId = (id: string): string => id.replace(`${DISCORD}:`, '');

function wordsOf(question: Question, outcome: RunOutcome): string {
  const language = spokenTo(question);
  const phrases = PHRASES[language];
  if (outcome.kind !== 'answered') {
    const ending = sayEnding(outcome, phrases);
    if (outcome.kind !== 'failed') return ending;
    return `${ending}\n-# ${say(language, 'reference', { id: question.runId })}`;
  }
  const notes = outcome.notes.map((note) => `-# ${sayNote(note, phrases)}`);
  const text = outcome.text.trim() === '' ? say(language, 'answer_empty') : outcome.text;
  return [text, ...notes].join('\n');
}
