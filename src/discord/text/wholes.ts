import type { CodeSpan } from './code-spans.ts';
import type { Span } from './spans.ts';

/**
 * What must not be cut apart outside of code: mentions, custom emoji, moments, links, and code within a line. In order,
 * none within another. Linear.
 */
export function wholesOf(text: string, codes: readonly CodeSpan[]): readonly Span[] {
  const wholes: Span[] = codes.filter(({ kind }) => kind === 'inline');
  const links = new LinkFinder(text);
  const beginning = /[<[h]/g;
  let nth = 0;
  for (let begin = beginning.exec(text); begin !== null; begin = beginning.exec(text)) {
    const start = begin.index;
    while ((codes[nth]?.end ?? text.length) <= start) nth += 1;
    const nextCode = codes[nth]?.start ?? text.length;
    const end = endOfWhole(text, start, links);
    if (nextCode <= start) beginning.lastIndex = codes[nth]?.end ?? text.length;
    else if (end !== undefined && end <= nextCode) {
      wholes.push({ start, end });
      beginning.lastIndex = end;
    }
  }
  return wholes.sort((a, b) => a.start - b.start);
}

/** What Discord shows as something else when it stands between angle brackets, and links there. */
const BRACKETED =
  /<(?:@[!&]?\d{1,20}|#\d{1,20}|a?:\w{1,32}:\d{1,20}|t:-?\d{1,16}(?::[a-zA-Z])?|id:\w{1,20}|\/[^<>:\n]{1,100}:\d{1,20}|https?:\/\/[^\s<>]{1,1900})>/y;
const BARE_LINK = /https?:\/\/[^\s<>]+/y;
function endOfWhole(text: string, start: number, links: LinkFinder): number | undefined {
  switch (text[start]) {
    case '<':
      return endOfMatch(BRACKETED, text, start);
    case '[':
      return links.endOfMasked(start);
    default:
      return endOfMatch(BARE_LINK, text, start);
  }
}

function endOfMatch(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Finds `[words](address)` within one line. Looks ahead at each mark once, however many brackets there are. */
class LinkFinder {
  readonly #text: string;
  readonly #seen = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  endOfMasked(start: number): number | undefined {
    const middle = this.#next('](', start);
    const line = this.#next('\n', start);
    if (middle >= line) return undefined;
    const end = this.#next(')', middle);
    return end < line ? end + 1 : undefined;
  }

  #next(mark: string, from: number): number {
    const seen = this.#seen.get(mark);
    if (seen !== undefined && seen >= from) return seen;
    const found = this.#text.indexOf(mark, from);
    const at = found === -1 ? Number.POSITIVE_INFINITY : found;
    this.#seen.set(mark, at);
    return at;
  }
}
