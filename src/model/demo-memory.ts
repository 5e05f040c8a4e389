import type { ChatMessage, ToolSpec } from '../../machines/conversation.ts';
import { isRecord, parseJson } from '../shared/parse.ts';

/** What somebody says of themselves, as far as simple rules can tell. */
export interface ToldFact {
  readonly text: string;
  readonly kind: 'fact' | 'preference' | 'instruction';
  /** The words that say it. */
  readonly quote: string;
}

/** What memory parts of a question there can be. */
export type MemoryPart =
  | { readonly kind: 'told'; readonly fact: ToldFact }
  | { readonly kind: 'about_me'; readonly query: string };

const RULES: readonly { readonly pattern: RegExp; readonly kind: ToldFact['kind'] }[] = [
  { pattern: /\bcall me (?<what>[^.!?\n]+)/i, kind: 'instruction' },
  {
    pattern: /\bi (?:prefer|like|love|enjoy|hate|dislike) (?<what>[^.!?\n]+)/i,
    kind: 'preference',
  },
  { pattern: /\bi(?:'m| am) (?:a |an |allergic |from |called )(?<what>[^.!?\n]+)/i, kind: 'fact' },
  { pattern: /\bi (?:live|work|study|have|was born|moved) (?<what>[^.!?\n]+)/i, kind: 'fact' },
  { pattern: /\bmy (?<what>[\p{L} ]{2,40} (?:is|are) [^.!?\n]+)/iu, kind: 'fact' },
  { pattern: /^\s*(?:please )?remember(?: that)? (?<what>[^.!?\n]+)/i, kind: 'fact' },
];

const QUESTION = /\?\s*$|^\s*(?:what|where|when|who|how|which|do|does|did|can|is|are)\b/i;

/** The statement about themselves in a sentence, in the person's own words. */
function factIn(sentence: string): ToldFact | undefined {
  if (QUESTION.test(sentence)) return undefined;
  for (const { pattern, kind } of RULES) {
    const [quote] = pattern.exec(sentence) ?? [];
    if (quote !== undefined) return { quote, kind, text: inThirdPerson(quote) };
  }
  return undefined;
}

const inThirdPerson = (quote: string): string =>
  quote
    .replace(/^\s*(?:please )?remember(?: that)?\s+/i, '')
    .replace(/^i(?:'m| am)\s+/i, 'is ')
    .replace(/^i have\s+/i, 'has ')
    .replace(/^i\s+/i, '')
    .replace(/^my\s+/i, '')
    .trim();

const ABOUT_ME =
  /\b(?:what do you (?:know|remember) about me|who am i|what (?:is|are|was) my|where do i|when (?:is|was) my|what do i (?:like|prefer|do)|do you remember my|am i allergic)\b(?<rest>.*)$/i;
/** These ask for what was said, not for what is known. */
const HISTORY = /\b(?:ask|asked|say|said|question|questions|messages?)\b/i;

/** What of a sentence concerns memory: something told, or a question about oneself. */
export function readMemoryPart(sentence: string): MemoryPart | undefined {
  const asked = ABOUT_ME.exec(sentence);
  if (asked !== null && !HISTORY.test(sentence)) return { kind: 'about_me', query: sentence };
  const fact = factIn(sentence);
  return fact === undefined ? undefined : { kind: 'told', fact };
}

/** What the memory's agent does: a call of its tool, or a text. */
type MemoryPlan =
  | {
      readonly kind: 'use';
      readonly calls: readonly [
        { readonly name: string; readonly input: Readonly<Record<string, unknown>> },
      ];
    }
  | { readonly kind: 'say'; readonly text: string };

const PROPOSE = 'propose_memory_changes';
const FORGET = /\bforget\b(?: (?:that|about|my))*(?<what>[^.!?\n]*)/i;

/** The demo's part in going through what was said; undefined when it is asked for something else. */
export function planMemory(
  messages: readonly ChatMessage[],
  tools: readonly ToolSpec[],
): MemoryPlan | undefined {
  const given = parseJson(messages.at(-1)?.content ?? '');
  if (!given.ok || !isRecord(given.value)) return undefined;
  if (!tools.some(({ name }) => name === PROPOSE)) return summaryOf(given.value);
  const known = recordsIn(given.value['known']);
  const sentences = recordsIn(given.value['messages']).flatMap(({ text }) =>
    String(text).split(/(?<=[.!?])\s+|\n/),
  );
  const operations = sentences.flatMap((sentence) => [
    ...additionIn(sentence),
    ...deletionsIn(sentence, known),
  ]);
  return { kind: 'use', calls: [{ name: PROPOSE, input: { operations } }] };
}

function additionIn(sentence: string) {
  const fact = factIn(sentence);
  if (fact === undefined || FORGET.test(sentence)) return [];
  const { text, kind, quote } = fact;
  return [{ op: 'add', text, kind, topics: [], importance: 0.6, evidence_quote: quote }];
}

type Records = readonly Readonly<Record<string, unknown>>[];

function deletionsIn(sentence: string, known: Records) {
  const [quote] = FORGET.exec(sentence) ?? [];
  const words = quote?.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
  if (quote === undefined) return [];
  return known
    .filter(({ text }) => words.some((word) => String(text).toLowerCase().includes(word)))
    .map(({ id }) => ({ op: 'delete', id, evidence_quote: quote }));
}

/** Rules cannot put a conversation in short: they say what was asked. */
function summaryOf(given: Readonly<Record<string, unknown>>): MemoryPlan {
  const asked = recordsIn(given['said']).map(({ person }) => `“${String(person).slice(0, 80)}”`);
  const before = String(given['summary'] ?? '').slice(0, 800);
  return { kind: 'say', text: `${before} Asked before: ${asked.join(', ')}.`.trim() };
}

const recordsIn = (value: unknown): Records => (Array.isArray(value) ? value.filter(isRecord) : []);
