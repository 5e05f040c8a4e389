import type { FetchedPage } from '../../machines/conversation.ts';
import { isRecord, parseJson } from '../shared/parse.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The pages that a provider says it has read for a reply: those in Groq's `executed_tools`, and in the `annotations` and
 * `citations` of others. What the model itself wrote is never looked at: it may name pages that nobody read.
 */
export function fetchedIn(body: Fields, message: Fields): readonly FetchedPage[] {
  const { executed_tools: used, annotations } = message;
  const { search_results: found, citations } = body;
  // Nearly all replies.
  if (!used && !annotations && !found && !citations) return NOTHING;
  const pages = [
    ...recordsIn(used).flatMap(executed),
    ...recordsIn(annotations).flatMap(({ url_citation: cited }) => page(cited)),
    ...recordsIn(found).flatMap(page),
    ...textsIn(citations).flatMap((url) => page({ url })),
  ];
  const seen = new Set<string>();
  return pages.filter(({ url }) => !seen.has(url) && seen.add(url));
}

const NOTHING: readonly FetchedPage[] = [];

function executed(tool: Fields): readonly FetchedPage[] {
  const { search_results: found, browser_results: browsed, arguments: given, output } = tool;
  const results = isRecord(found) ? recordsIn(found['results']) : [];
  const pages = [...results, ...recordsIn(browsed)].flatMap(page);
  if (pages.length > 0) return pages;
  // A page that was opened is named by what the tool was given.
  const opened = typeof given === 'string' ? parseJson(given) : undefined;
  const { url, id } = opened?.ok && isRecord(opened.value) ? opened.value : {};
  return page({ url: url ?? id, content: output });
}

function page(record: unknown): readonly FetchedPage[] {
  if (!isRecord(record)) return [];
  const { url, title, content, snippet } = record;
  if (typeof url !== 'string' || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return [];
  const [text = ''] = textsIn([content, snippet]);
  return [{ url, title: typeof title === 'string' && title !== '' ? title : url, text }];
}

const recordsIn = (list: unknown): readonly Fields[] =>
  Array.isArray(list) ? list.filter(isRecord) : [];

const textsIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((one: unknown) => typeof one === 'string') : [];
