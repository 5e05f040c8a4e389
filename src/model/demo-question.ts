import { type MemoryPart, readMemoryPart } from './demo-memory.ts';
import { readSum } from './demo-sum.ts';
import { type DateTimeInput, readTime } from './demo-time.ts';
import { readPerson, readUse, type UsePart } from './demo-use.ts';
import { readWeb, takeAddresses, type WebPart } from './demo-web.ts';

/** One thing that is asked for, as far as simple rules can tell. */
export type Part =
  | { readonly kind: 'sum'; readonly expression: string }
  | { readonly kind: 'time'; readonly text: string; readonly input: DateTimeInput }
  | { readonly kind: 'code'; readonly code: string; readonly language?: 'python' }
  /** Without a query: the latest of the conversation. */
  | { readonly kind: 'recall'; readonly query?: string }
  | WebPart
  | MemoryPart
  | UsePart
  | { readonly kind: 'other'; readonly text: string };

/** Takes a question apart. The same text always gives the same parts, each of them once. */
export function readQuestion(question: string): readonly Part[] {
  const use = readUse(question);
  if (use) return [use];
  const { text, snippets } = setCodeAside(question);
  const bare = readBareCode(text);
  if (bare) return [bare];
  const { pages, rest } = takeAddresses(text);
  const spoken = sentencesOf(rest).flatMap((sentence) => readSentence(sentence, snippets));
  const parts = [...pages, ...spoken];
  // Words around code ("run this") or an address ("read this") say nothing more than that does.
  const isClear = snippets.length > 0 || pages.length > 0;
  const kept = isClear ? parts.filter((part) => part.kind !== 'other') : parts;
  const seen = new Set<string>();
  return kept.filter((part) => {
    const key = JSON.stringify(part);
    return !seen.has(key) && seen.add(key);
  });
}

/** Code is not prose: it is kept out of the way while the text is taken apart. */
const CODE = /```([a-z]*)\s*\n?([\s\S]*?)```|`([^`\n]+)`/gi;
const PLACE = /⟦(\d+)⟧/g;

type Snippet = Extract<Part, { kind: 'code' }>;

function setCodeAside(question: string): { text: string; snippets: readonly Snippet[] } {
  const snippets: Snippet[] = [];
  const text = question
    .replaceAll(/[⟦⟧]/g, ' ')
    .replaceAll(CODE, (_, ...found: readonly (string | undefined)[]) => {
      const [language, fenced, inline] = found;
      const code = (fenced ?? inline ?? '').trim();
      const isPython = /^py(?:thon)?3?$/i.test(language ?? '');
      snippets.push({ kind: 'code', code, ...(isPython ? { language: 'python' } : {}) });
      return ` ⟦${snippets.length - 1}⟧ `;
    });
  return { text, snippets };
}

const RUN_THIS =
  /^\s*(?:please\s+)?(?:run|execute|eval(?:uate)?)\b(?:\s+(?:this|the))?(?:\s+(?:js|javascript|code))?\s*:?\s*([\s\S]+)$/i;

/** "run [1, 2].map((n) => n * 2)": the rest is code when it looks like it. */
function readBareCode(text: string): Part | undefined {
  const code = RUN_THIS.exec(text)?.[1]?.trim();
  if (code === undefined || code.includes('⟦') || !/=>|[;={}[\]]|\w\.\w+\(/.test(code))
    return undefined;
  return { kind: 'code', code };
}

const sentencesOf = (text: string): readonly string[] =>
  text
    .split(/[?;\n]+|(?<![\d)])[.!](?=\s|$)/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}⟦]/u.test(sentence));

const JOINT =
  /\s*,?\s+(?:and then|and also|and|then|also|plus also)\s+|\s*,\s+(?=what|how|when|run|which)/i;

/** "A and B" is two parts, unless the whole is one that "and" belongs to. */
function readSentence(sentence: string, snippets: readonly Snippet[]): readonly Part[] {
  const whole = readPart(sentence, snippets);
  if (WHOLE.has(whole.kind)) return [whole];
  const pieces = sentence.split(JOINT).filter((piece) => piece.trim() !== '');
  const isOne = pieces.length < 2 || /\bbetween\b/i.test(sentence);
  if (isOne) return placesIn(sentence).length > 1 ? allCode(sentence, snippets) : [whole];
  const parts = pieces.flatMap((piece) => readSentence(piece, snippets));
  // "What did we say about salt and pepper" is one wish; "6*7 and what did we say" is two.
  const isOneRecall = whole.kind === 'recall' && parts.every(({ kind }) => !WORK.has(kind));
  return isOneRecall || parts.every((part) => part.kind === 'other') ? [whole] : parts;
}

/** What stands before a joint belongs to what comes after it. */
const WHOLE: ReadonlySet<Part['kind']> = new Set(['web', 'article', 'told', 'about_me']);
const WORK: ReadonlySet<Part['kind']> = new Set(['sum', 'time', 'code']);

function readPart(text: string, snippets: readonly Snippet[]): Part {
  const [code] = allCode(text, snippets);
  if (code) return code;
  const person = readPerson(text);
  if (person) return person;
  const web = readWeb(text);
  if (web) return web;
  const recall = readRecall(text);
  if (recall) return recall;
  const memory = readMemoryPart(text);
  if (memory) return memory;
  const input = readTime(text);
  if (input) return { kind: 'time', text: text.trim(), input };
  const program = readProgram(text);
  if (program) return program;
  const expression = readSum(text);
  return expression === undefined
    ? { kind: 'other', text: text.trim() }
    : { kind: 'sum', expression };
}

const placesIn = (text: string) => [...text.matchAll(PLACE)];

const allCode = (text: string, snippets: readonly Snippet[]): readonly Part[] =>
  placesIn(text).flatMap(([, index]) => snippets[Number(index)] ?? []);

const ASKED_TO_SEARCH = /^search the conversation for:\s*(.+)$/i;
const SPEAKER = /\b(?:i|we|you)\b/i;
const SAID = /\b(?:said|asked|talked|told|discussed|mentioned|answered)\b/i;
const SAY = /\b(?:say|ask|talk|tell|discuss|mention|answer)\b/i;
const ASKS_BACK = /\b(?:what|when|which|have|had|remember)\b/i;
const EARLIER =
  /\b(?:last time|(?:chat|conversation) history|history of (?:this|our) (?:chat|conversation)|our (?:last|previous|earlier) (?:chat|conversation|question)s?|(?:latest|last) messages?|read the conversation|what (?:was|were) my (?:last|previous|earlier) questions?)\b/i;
const ABOUT = /\b(?:about|regarding|concerning)\s+(.+)$/i;

function readRecall(text: string): Part | undefined {
  const searched = ASKED_TO_SEARCH.exec(text)?.[1];
  if (searched !== undefined) return { kind: 'recall', query: searched.trim() };
  if (!isAboutWhatWasSaid(text) && !EARLIER.test(text)) return undefined;
  const query = ABOUT.exec(text)?.[1]?.replace(/\s+(?:last time|before|earlier|yesterday)$/i, '');
  return query === undefined ? { kind: 'recall' } : { kind: 'recall', query: query.trim() };
}

function isAboutWhatWasSaid(text: string): boolean {
  if (!SPEAKER.test(text)) return false;
  return (SAID.test(text) && ASKS_BACK.test(text)) || (SAY.test(text) && /\bdid\b/i.test(text));
}

const FIRST_N = /\bfirst\s+(\d{1,3})\s+(primes?|prime numbers?|fibonacci(?: numbers?)?)\b/i;

/** Two programs that it knows by heart, so that there is some code to see at work. */
function readProgram(text: string): Part | undefined {
  const [, count, what] = FIRST_N.exec(text) ?? [];
  if (count === undefined || what === undefined) return undefined;
  return { kind: 'code', code: /^prime/i.test(what) ? primes(count) : fibonacci(count) };
}

const primes = (count: string) => `const primes = [];
for (let n = 2; primes.length < ${count}; n++) {
  if (primes.every((prime) => n % prime !== 0)) primes.push(n);
}
primes`;

const fibonacci = (count: string) => `const numbers = [0n, 1n];
while (numbers.length < ${count}) numbers.push(numbers.at(-1) + numbers.at(-2));
numbers.slice(0, ${count}).map(String)`;
