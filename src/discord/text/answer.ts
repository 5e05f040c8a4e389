import { contentOf, splitMarkdown } from './split.ts';

/** An answer as it is posted. */
export interface Layout {
  /** First to last; never blank, never too long. */
  readonly messages: readonly string[];
  /** The whole answer, when it is too long for messages: goes with the last of them. */
  readonly file?: { readonly name: string; readonly content: string };
}

/** Characters of one message. Discord counts code points; units of UTF-16 are never fewer. */
const MESSAGE_CHARS = 2_000;
/** Messages of one answer: beyond that, nobody reads on in a chat. */
const MAX_MESSAGES = 5;

/** Lays an answer out in messages; beyond five, its beginning and a file with all of it. */
export function layOut(text: string, more: string): Layout {
  const contents = messagesOf(text, MESSAGE_CHARS);
  if (contents.length <= MAX_MESSAGES) return { messages: contents };
  const note = `\n\n*${more}*`;
  const [beginning = ''] = messagesOf(text, MESSAGE_CHARS - note.length);
  return { messages: [beginning + note], file: { name: 'answer.md', content: text } };
}

const messagesOf = (text: string, maxChars: number): readonly string[] =>
  splitMarkdown(text, maxChars)
    .map(contentOf)
    .filter((content) => content !== '');
