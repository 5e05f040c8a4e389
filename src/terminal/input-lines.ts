import { StringDecoder } from 'node:string_decoder';

export type InputLine =
  | { readonly kind: 'line'; readonly text: string }
  /** Longer than allowed: its text is not kept. */
  | { readonly kind: 'too_long' };

/** The lines of a pipe, never holding more than one line of `maxChars`, however long a line may go on. */
export async function* inputLines(
  input: AsyncIterable<unknown>,
  maxChars: number,
): AsyncGenerator<InputLine> {
  const decoder = new StringDecoder('utf8');
  let line = '';
  for await (const piece of input) {
    const parts = (Buffer.isBuffer(piece) ? decoder.write(piece) : String(piece)).split('\n');
    for (const [i, part] of parts.entries()) {
      // One character more than allowed is kept, as the mark of a line that is too long.
      line = (line + part).slice(0, maxChars + 1);
      if (i === parts.length - 1) break;
      yield lineOf(line, maxChars);
      line = '';
    }
  }
  line += decoder.end();
  if (line !== '') yield lineOf(line, maxChars);
}

const lineOf = (text: string, maxChars: number): InputLine =>
  text.length > maxChars ? { kind: 'too_long' } : { kind: 'line', text: text.replace(/\r$/, '') };
