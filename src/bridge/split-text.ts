/**
 * Cuts a text into pieces of at most `maxChars` UTF-16 units: between lines where possible, else between words, else
 * anywhere but within a character. A fenced block of code that is cut is closed and opened again. Blank pieces are left out.
 */
export function splitText(text: string, maxChars: number): readonly string[] {
  const pieces: string[] = [];
  let left: Left = { text, fence: '' };
  while (left.text.trim() !== '') {
    const { piece, ...rest } = nextPiece(left, maxChars);
    if (piece.trim() !== '') pieces.push(piece);
    left = rest;
  }
  return pieces;
}

interface Left {
  readonly text: string;
  /** The line that opened the block of code in which it begins; empty outside of one. */
  readonly fence: string;
}

function nextPiece({ text, fence }: Left, maxChars: number): Left & { readonly piece: string } {
  const opening = fence === '' ? '' : `${fence}\n`;
  if (opening.length + text.length <= maxChars) return { piece: opening + text, text: '', fence };
  const body = text.slice(0, cutAt(text, maxChars - opening.length - CLOSING.length));
  const piece = opening + body;
  const open = openFenceOf(piece);
  return {
    piece: open === '' ? piece : piece + CLOSING,
    text: text.slice(body.length).replace(/^\n/, ''),
    fence: open,
  };
}

const CLOSING = '\n```';

/** Not before the middle: a short first line would make many tiny pieces. */
function cutAt(text: string, room: number): number {
  for (const mark of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(mark, room);
    if (at > room / 2) return at;
  }
  const isWithinPair = /[\ud800-\udbff]/.test(text[room - 1] ?? '');
  return isWithinPair ? room - 1 : room;
}

/** The line that opened the block which the text ends in; empty outside of one. */
function openFenceOf(text: string): string {
  const fences = text.split('\n').filter((line) => line.startsWith('```'));
  const last = fences.at(-1) ?? '';
  // A language of unlikely length is left out, so that there is room for code.
  return fences.length % 2 === 1 ? last.slice(0, 20) : '';
}
