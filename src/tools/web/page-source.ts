import { z } from 'zod';
import { type Failure, failure } from '../../../machines/failure.ts';
import type { Clock } from '../../shared/clock.ts';
import { type PdfReading, readPdf, sayUnread } from '../../shared/pdf.ts';
import { createSlots } from '../slots.ts';
import { type Reach, refusalOf } from './address.ts';
import type { Fetched, GuardedFetch } from './guarded-fetch.ts';
import { decoded } from './page-bytes.ts';
import type { PageThreads } from './page-thread.ts';
import { type ServiceAddress, under } from './search-service.ts';
import { askService } from './service.ts';

/** A page as text. */
export interface Page {
  readonly url: string;
  readonly title: string;
  readonly text: string;
  /** The page is longer than what was read of it. */
  readonly cut: boolean;
}

export type PageRead =
  | { readonly kind: 'read'; readonly page: Page }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Somebody who reads pages. Never rejects. */
export type PageSource = (url: string, signal: AbortSignal) => Promise<PageRead>;

const MAX_PAGE_BYTES = 2_000_000;
const MAX_PDF_BYTES = 16_000_000;
const MAX_PDF_PAGES = 300;
const HTML = ['text/html', 'application/xhtml+xml'];
const PDF = ['application/pdf', 'application/x-pdf'];
const TEXTS = ['text/', 'application/json', 'application/xml', 'application/ld+json'];
const TYPES = [...HTML, ...PDF, ...TEXTS];

const PDF_PLACES = { places: 2, maxWaiting: 100 };

interface OwnReader {
  readonly fetchPage: GuardedFetch;
  readonly threads: PageThreads;
  readonly clock: Clock;
}

/** Reads pages itself: fetched under guard, turned into text in a thread. */
export function ownReader({ fetchPage, threads, clock }: OwnReader): PageSource {
  const places = createSlots(PDF_PLACES);
  return async (url, signal) => {
    const fetched = await fetchPage(url, { signal, maxBytes, types: TYPES });
    if (fetched.kind === 'failed') return fetched;
    const { page } = fetched;
    if (isOneOf(PDF, page.contentType)) {
      const leave = await places.take(signal);
      if (leave === undefined) return failed('unavailable', 'Too many PDFs wait to be read.');
      return readDocument(page, { clock, signal }).finally(leave);
    }
    const text = decoded(page);
    if (!isOneOf(HTML, page.contentType))
      return read({ url: page.url, title: page.url, text, cut: page.cut });
    const article = await threads.read({ html: text, url: page.url }, signal);
    if (article === undefined)
      return failed('unavailable', 'The page could not be made into text.');
    return read({ ...article, url: page.url, cut: page.cut });
  };
}

const isOneOf = (types: readonly string[], contentType: string): boolean =>
  types.some((type) => contentType.startsWith(type));

const maxBytes = (contentType: string): number =>
  isOneOf(PDF, contentType) ? MAX_PDF_BYTES : MAX_PAGE_BYTES;

async function readDocument({ url, bytes, cut }: Fetched, reading: PdfReading): Promise<PageRead> {
  // Its table of contents stands at its end: half a PDF is none.
  if (cut) return failed('too_large', `The PDF is larger than ${MAX_PDF_BYTES / 1_000_000} MB.`);
  const job = { bytes, maxPages: MAX_PDF_PAGES, maxChars: MAX_PAGE_BYTES };
  const document = await readPdf(job, reading);
  if (document.kind !== 'read') return failed('unavailable', sayUnread(document));
  const { title, text, cut: isCut } = document;
  return read({ url, title: title === '' ? url : title, text, cut: isCut });
}

const ScrapeSchema = z.object({
  data: z.object({
    markdown: z.string(),
    metadata: z
      .object({
        title: z.string().optional().catch(undefined),
        sourceURL: z.url().optional().catch(undefined),
        statusCode: z.number().optional().catch(undefined),
      })
      .default({}),
  }),
});

/** Has pages read by Firecrawl (https://docs.firecrawl.dev), which runs their scripts. It is told no address that we would not read ourselves. */
export const firecrawlReader =
  ({ url: root, key }: ServiceAddress, reach: Reach): PageSource =>
  async (address, signal) => {
    const url = URL.parse(address);
    const refusal = url === null ? 'That is not an address of the web.' : refusalOf(url, reach);
    if (refusal !== undefined) return failed('invalid_input', `Not read. ${refusal}`);
    const asked = await askService({
      service: 'Firecrawl',
      url: under(root, 'v2/scrape'),
      headers: { authorization: `Bearer ${key.reveal()}` },
      body: { url: address, formats: ['markdown'], onlyMainContent: true },
      signal,
    });
    if (asked.kind === 'failed') return asked;
    const scraped = ScrapeSchema.safeParse(asked.value);
    if (!scraped.success) return failed('bad_schema', 'Firecrawl answered in an unknown form.');
    const { markdown, metadata } = scraped.data.data;
    const { statusCode = 200, title, sourceURL } = metadata;
    if (statusCode >= 400) return failed('unavailable', `The site answered ${statusCode}.`);
    const found = sourceURL ?? address;
    const text = markdown.slice(0, MAX_PAGE_BYTES);
    return read({ url: found, title: title ?? found, text, cut: text.length < markdown.length });
  };

const read = (page: Page): PageRead => ({ kind: 'read', page });
const failed = (kind: Failure['kind'], message: string): PageRead => ({
  kind: 'failed',
  failure: failure(kind, message),
});
