import { isRecord, parseJson } from '../../shared/parse.ts';

/** One message of an answer, as it is kept in the outbox. */
export interface AnswerPart {
  readonly text: string;
  /** The last message of an answer: what can be done with it stands under it. */
  readonly hasButtons: boolean;
  /** Whom it is for, where the message that it replies to is not theirs: an id of Discord's. */
  readonly askerId?: string;
  /** Who has asked, an id of Discord's: where their channel does not take it any more, it is told to them alone. */
  readonly ownerId?: string;
  readonly file?: { readonly name: string; readonly content: string };
  /** What the work has made, to be read when the message is sent. */
  readonly made?: MadeFiles;
}

/** Files that the house keeps for a user, by their ids. */
export interface MadeFiles {
  readonly userId: string;
  readonly ids: readonly string[];
}

/** As the outbox keeps it. */
export const writtenPart = (part: AnswerPart): string => JSON.stringify(part);

/** Reads what `writtenPart` wrote; anything else is taken for a text. */
export function readPart(content: string): AnswerPart {
  const parsed = parseJson(content);
  const plain = { text: content, hasButtons: false };
  if (!parsed.ok || !isRecord(parsed.value)) return plain;
  const { text, hasButtons, askerId, ownerId, file, made } = parsed.value;
  if (typeof text !== 'string') return plain;
  const part = {
    text,
    hasButtons: hasButtons === true,
    ...(typeof askerId === 'string' ? { askerId } : {}),
    ...(typeof ownerId === 'string' ? { ownerId } : {}),
    ...madeIn(made),
  };
  if (!isRecord(file)) return part;
  return { ...part, file: { name: String(file['name']), content: String(file['content']) } };
}

function madeIn(made: unknown): { readonly made?: MadeFiles } {
  if (!isRecord(made) || typeof made['userId'] !== 'string' || !Array.isArray(made['ids']))
    return {};
  const ids = made['ids'].filter((id) => typeof id === 'string');
  return { made: { userId: made['userId'], ids } };
}
