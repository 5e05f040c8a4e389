import { z } from 'zod';
import { addUsage, NO_USAGE, type Usage } from '../../../machines/conversation.ts';
import { type Failure, failure } from '../../../machines/failure.ts';
import type { Purse } from '../../../machines/ports.ts';
import type { RunRef } from '../../../machines/question.ts';
import type { Json } from '../../shared/parse.ts';
import type { Secret } from '../../shared/secret.ts';
import { askService } from './service.ts';

/** One page that a search found. */
export interface Hit {
  readonly title: string;
  readonly url: string;
  /** What it says, as far as the service tells. */
  readonly text: string;
  /** As the service words it. */
  readonly published?: string | undefined;
}

export type Found =
  | {
      readonly kind: 'found';
      readonly hits: readonly Hit[];
      /** What whoever searched makes of them. */
      readonly summary?: string;
      /** What was spent on models. Left out: nothing. */
      readonly usage?: Usage;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly usage?: Usage };

export interface Search {
  /** For whom. */
  readonly run: RunRef;
  /** What calls of models are paid from. */
  readonly purse?: Purse | undefined;
  readonly query: string;
  readonly count: number;
  readonly signal: AbortSignal;
}

/** Somebody who searches the web. Never rejects. */
export type SearchService = (search: Search) => Promise<Found>;

/** Asks the first, and the next one where it fails, unless nobody waits any more. */
export const firstOf =
  (first: SearchService, next: SearchService): SearchService =>
  async (search) => {
    const found = await first(search);
    if (found.kind === 'found' || search.signal.aborted) return found;
    const { usage: before } = found;
    const other = await next(search);
    // What was spent in vain was spent all the same.
    return before === undefined
      ? other
      : { ...other, usage: addUsage(before, other.usage ?? NO_USAGE) };
  };

export interface ServiceAddress {
  readonly url: string;
  readonly key: Secret;
}

/** Characters of one page's text that are asked for. */
const TEXT_CHARS = 1_200;

const ExaSchema = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      text: z.string().nullish(),
      publishedDate: z.string().nullish(),
    }),
  ),
});

/** Exa's search (https://docs.exa.ai), which gives the text of the pages, too. */
export const exaSearch =
  ({ url, key }: ServiceAddress): SearchService =>
  async ({ query, count, signal }) => {
    const asked = await askService({
      service: 'Exa',
      url: under(url, 'search'),
      headers: { 'x-api-key': key.reveal() },
      body: { query, numResults: count, contents: { text: { maxCharacters: TEXT_CHARS } } },
      signal,
    });
    if (asked.kind === 'failed') return asked;
    return hitsIn('Exa', ExaSchema.safeParse(asked.value), ({ results }) =>
      results.map((result) => ({
        title: result.title ?? result.url,
        url: result.url,
        text: result.text ?? '',
        published: result.publishedDate ?? undefined,
      })),
    );
  };

const TavilySchema = z.object({
  results: z.array(
    z.object({
      title: z.string().nullish(),
      url: z.string(),
      content: z.string().nullish(),
      published_date: z.string().nullish(),
    }),
  ),
});

export interface TavilyAddress {
  readonly url: string;
  /** Left out: Tavily's free access, which everybody at one address shares. */
  readonly key: Secret | undefined;
}

/** Tavily's search (https://docs.tavily.com), with a key or without one. */
export const tavilySearch =
  ({ url, key }: TavilyAddress): SearchService =>
  async ({ query, count, signal }) => {
    const asked = await askService({
      service: 'Tavily',
      url: under(url, 'search'),
      headers:
        key === undefined
          ? { 'x-tavily-access-mode': 'keyless' }
          : { authorization: `Bearer ${key.reveal()}` },
      body: { query, max_results: count, search_depth: 'basic' },
      signal,
    });
    if (asked.kind === 'failed') return asked;
    const spent = spentIn(asked.value);
    if (spent !== undefined) return { kind: 'failed', failure: spent };
    return hitsIn('Tavily', TavilySchema.safeParse(asked.value), ({ results }) =>
      results.map((result) => ({
        title: result.title ?? result.url,
        url: result.url,
        text: result.content ?? '',
        published: result.published_date ?? undefined,
      })),
    );
  };

const SpentSchema = z.object({
  error: z.object({ code: z.string(), retry_after_seconds: z.number().nullish() }),
});

/** Without a key, a spent limit comes as an ordinary answer. */
function spentIn(value: Json): Failure | undefined {
  const spent = SpentSchema.safeParse(value);
  if (!spent.success) return undefined;
  const { retry_after_seconds: seconds } = spent.data.error;
  return failure(
    'rate_limited',
    'The free access to Tavily is used up for now: the operator can set TAVILY_API_KEY or EXA_API_KEY.',
    typeof seconds === 'number' && seconds >= 0 ? seconds * 1_000 : undefined,
  );
}

/** A path of a service, wherever its address ends. */
export const under = (root: string, path: string): URL =>
  new URL(path, root.endsWith('/') ? root : `${root}/`);

function hitsIn<Data>(
  service: string,
  parsed: z.ZodSafeParseResult<Data>,
  hitsOf: (data: Data) => readonly Hit[],
): Found {
  if (parsed.success) return { kind: 'found', hits: hitsOf(parsed.data).filter(isOfTheWeb) };
  const why = failure('bad_schema', `${service} answered in a form that is not known here.`);
  return { kind: 'failed', failure: why };
}

const isOfTheWeb = ({ url }: Hit): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);
