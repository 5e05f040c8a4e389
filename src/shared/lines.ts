/** A line longer than allowed was skipped. */
export const TOO_LONG = Symbol('a line that is too long');

/** Cuts a stream of bytes into its lines, empty ones included: they tell that the other side lives. */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  maxChars: number,
): AsyncGenerator<string | typeof TOO_LONG> {
  const decoder = new TextDecoder();
  let begun = '';
  let isTooLong = false;
  for await (const piece of bytes) {
    const lines = (begun + decoder.decode(piece, { stream: true })).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) {
      yield isTooLong || line.length > maxChars ? TOO_LONG : line;
      isTooLong = false;
    }
    if (begun.length <= maxChars) continue;
    isTooLong = true;
    begun = '';
  }
}
