const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The last place in (`from`, `at`] where no character that is seen as one is cut apart; `from` must be such a place. A
 * character that fills all of it is cut between its code points. Looks at that stretch alone.
 */
export function characterBreak(text: string, from: number, at: number): number {
  if (at >= text.length || isPlain(text, at)) return at;
  const safe = safeBefore(text, from, at);
  // Far enough that the character which the place is in shows whether it goes on.
  const stretch = text.slice(safe, Math.min(text.length, at + LOOK_AHEAD));
  let last = safe;
  for (const { index } of segmenter.segment(stretch)) {
    if (safe + index > at) break;
    last = safe + index;
  }
  if (last > from) return last;
  const isWithinPair = isLow(text, at) && /[\ud800-\udbff]/.test(text[at - 1] ?? '');
  return isWithinPair && at - 1 > from ? at - 1 : at;
}

const LOOK_AHEAD = 2;

/** Between two characters of ASCII nothing is ever joined, but for a line break of two. */
function isPlain(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return before < 0x80 && text.charCodeAt(at) < 0x80 && before !== 13;
}

function safeBefore(text: string, from: number, at: number): number {
  for (let place = at - 1; place > from; place--) if (isPlain(text, place)) return place;
  return from;
}

const isLow = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '');
