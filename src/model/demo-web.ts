import { isRecord, parseJson } from '../shared/parse.ts';

/** What a text asks of the web, as far as simple rules can tell. */
export type WebPart =
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'video'; readonly url: string }
  | { readonly kind: 'web'; readonly query: string }
  | { readonly kind: 'article'; readonly query: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`⟦⟧]+/gi;
const VIDEO = /^https?:\/\/(?:(?:www|m)\.)?(?:youtube\.com|youtu\.be)\//i;

/** The addresses in a text, to be read, and the text without them. */
export function takeAddresses(text: string): {
  readonly pages: readonly WebPart[];
  readonly rest: string;
} {
  const pages = [...text.matchAll(ADDRESS)].map(([found]): WebPart => {
    // What ends a sentence does not belong to the address in it.
    const url = found.replace(/[.,;:!?)\]]+$/, '');
    return VIDEO.test(url) ? { kind: 'video', url } : { kind: 'page', url };
  });
  return { pages, rest: text.replaceAll(ADDRESS, ' ') };
}

const SEARCH =
  /^(?:please\s+)?(?:search|look)\s+(?:(?:on|in)\s+)?(?:the\s+)?(?:web|internet|online)(?:\s+up)?(?:\s+for)?:?\s+(.+)$/i;
const FIND = /^(?:please\s+)?(?:google|find on the web)\s+(.+)$/i;
const WIKIPEDIA =
  /^(?:please\s+)?(?:(?:what\s+does|ask|search|look\s+(?:up\s+)?(?:in|on)?)\s+)?wikipedia(?:\s+(?:say|know|tell)s?)?(?:\s+(?:about|for|on))?:?\s+(.+)$/i;
const IN_WIKIPEDIA = /^(?:please\s+)?(?:look\s+up|find|search)\s+(.+?)\s+(?:in|on)\s+wikipedia$/i;

/** What is to be looked for on the web; `undefined` when nothing is. */
export function readWeb(text: string): WebPart | undefined {
  const sentence = text.trim();
  const subject = WIKIPEDIA.exec(sentence)?.[1] ?? IN_WIKIPEDIA.exec(sentence)?.[1];
  if (subject !== undefined) return { kind: 'article', query: subject.trim() };
  const query = SEARCH.exec(sentence)?.[1] ?? FIND.exec(sentence)?.[1];
  return query === undefined ? undefined : { kind: 'web', query: query.trim() };
}

/** A task in words that the same rules read back as the same part. */
export function webTask(part: WebPart): string {
  switch (part.kind) {
    case 'page':
      return `Read ${part.url} and report what it says.`;
    case 'video':
      return `Report what is said in ${part.url}`;
    case 'web':
      return `Search the web for: ${part.query}`;
    case 'article':
      return `Ask Wikipedia about: ${part.query}`;
  }
}

export function webCall(part: WebPart): {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
} {
  switch (part.kind) {
    case 'page':
      return { name: 'read_page', input: { url: part.url } };
    case 'video':
      return { name: 'youtube_transcript', input: { video: part.url } };
    case 'web':
      return { name: 'web_search', input: { query: part.query } };
    case 'article':
      return { name: 'wikipedia', input: { query: part.query } };
  }
}

const MAX_PAGE_CHARS = 700;
const MAX_RECORD_CHARS = 240;

/** What a tool of the web brought, for people; `undefined` when it is in no known form. */
export function tellWeb(content: string): string | undefined {
  const parsed = parseJson(content);
  if (!parsed.ok || !isRecord(parsed.value)) return undefined;
  const { records, remark, text } = parsed.value;
  const said = typeof remark === 'string' ? [remark] : [];
  if (typeof text === 'string') return [tellPage(parsed.value, MAX_PAGE_CHARS), ...said].join('\n');
  if (!Array.isArray(records)) return undefined;
  const told = records.filter(isRecord).map((one) => `- ${tellPage(one, MAX_RECORD_CHARS)}`);
  return [...told, ...said].join('\n');
}

function tellPage(page: Readonly<Record<string, unknown>>, maxChars: number): string {
  const text = String(page['text']).replaceAll(/\s+/g, ' ').trim();
  const letters = [...text];
  const shown = letters.length > maxChars ? `${letters.slice(0, maxChars).join('')}…` : text;
  return `${String(page['title'])} (${String(page['url'])}): ${shown}`;
}
