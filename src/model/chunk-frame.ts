import { isRecord, parseJson } from '../shared/parse.ts';

/**
 * What stands around the text of one chunk of a stream. Servers send the words of a reply in the same frame, one after
 * the other: of a chunk that differs from the last in nothing but its text, only the text has to be read.
 */
export class ChunkFrame {
  readonly #before: string;
  readonly #after: string;
  /** True once it is certain that this is the frame of the text, and of nothing else. */
  #isProven = false;

  private constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
  }

  /** `undefined` when the text cannot be cut out as it stands. */
  static of(data: string, text: string): ChunkFrame | undefined {
    const key = data.indexOf(KEY);
    const from = key === -1 ? 0 : data.indexOf('"', key + KEY.length) + 1;
    return from > 0 && text !== '' && data.startsWith(`${text}"`, from)
      ? new ChunkFrame(data.slice(0, from), data.slice(from + text.length))
      : undefined;
  }

  /** The text of a chunk in this very frame; `undefined` when it is another, or has none. */
  textIn(data: string): string | undefined {
    const before = this.#before.length;
    const to = data.length - this.#after.length;
    // Whole texts are compared in one go; `startsWith` would go letter by letter, at half the price of a parser.
    const isInside =
      to > before && data.slice(0, before) === this.#before && data.slice(to) === this.#after;
    if (!isInside) return undefined;
    this.#isProven ||= contentIn(`${this.#before}${PROBE}${this.#after}`) === PROBE;
    return this.#isProven ? literal(data.slice(before, to)) : undefined;
  }
}

const KEY = '"content":';
/** What is put into a frame to see where it comes out. */
const PROBE = 'probe';
/** What cannot stand as it is between the quotes of a JSON text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON does not allow.
const SPECIAL = /["\\\u0000-\u001f]/;

/** What stands between the quotes of a JSON text; `undefined` when it is more than one such text. */
function literal(inner: string): string | undefined {
  if (!SPECIAL.test(inner)) return inner;
  const parsed = parseJson(`"${inner}"`);
  return parsed.ok && typeof parsed.value === 'string' ? parsed.value : undefined;
}

function contentIn(data: string): unknown {
  const parsed = parseJson(data);
  const choices = parsed.ok && isRecord(parsed.value) ? parsed.value['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isRecord(choice) && isRecord(choice['delta']) ? choice['delta']['content'] : undefined;
}
