import type { Clock } from '../../shared/clock.ts';
import type { Secret } from '../../shared/secret.ts';
import type { Tool } from '../tool.ts';
import type { Reach } from './address.ts';
import { createGuardedFetch, type GuardOptions } from './guarded-fetch.ts';
import { firecrawlReader, ownReader } from './page-source.ts';
import { createPageThreads } from './page-thread.ts';
import { readPage } from './read-page.ts';
import { exaSearch, firstOf, type SearchService, tavilySearch } from './search-service.ts';
import { webSearch } from './web-search.ts';
import { wikipedia } from './wikipedia.ts';
import { youtubeTranscript } from './youtube-transcript.ts';

interface KeyedService {
  readonly url: string;
  /** Left out: the service is not used; Tavily is used without a key. */
  readonly key: Secret | undefined;
}

/** Which services the web tools use, and where they are. */
export interface WebServices {
  readonly reach: Reach;
  readonly exa: KeyedService;
  readonly tavily: KeyedService;
  readonly firecrawl: KeyedService;
  /** `{language}` stands for a language's code. */
  readonly wikipediaUrl: string;
  readonly youtubeUrl: string;
}

/** What is used when nothing is configured: services that need no key, and nothing but the public web. */
export const PUBLIC_WEB: WebServices = {
  reach: { ports: [80, 443], addresses: [] },
  exa: { url: 'https://api.exa.ai', key: undefined },
  tavily: { url: 'https://api.tavily.com', key: undefined },
  firecrawl: { url: 'https://api.firecrawl.dev', key: undefined },
  wikipediaUrl: 'https://{language}.wikipedia.org',
  youtubeUrl: 'https://www.youtube.com',
};

export interface WebToolsOptions extends WebServices, Pick<GuardOptions, 'resolve'> {
  readonly clock: Clock;
  /** Asked before the services; left out: they alone are asked. */
  readonly searcher?: SearchService | undefined;
}

/** The tools that reach the web: `web_search`, `read_page`, `wikipedia`, `youtube_transcript`. */
export function webTools(options: WebToolsOptions): readonly Tool[] {
  const { clock, reach, firecrawl, wikipediaUrl, youtubeUrl } = options;
  const fetchPage = createGuardedFetch(options);
  const threads = createPageThreads();
  const { key } = firecrawl;
  const pages =
    key === undefined
      ? ownReader({ fetchPage, threads, clock })
      : firecrawlReader({ url: firecrawl.url, key }, reach);
  return [
    webSearch(searchOf(options), { clock }),
    { ...readPage(pages, { clock }), close: threads.close },
    wikipedia(wikipediaUrl, { clock }),
    youtubeTranscript({ fetchPage, address: youtubeUrl }),
  ];
}

function searchOf({ exa, tavily, searcher }: WebToolsOptions): SearchService {
  const service =
    exa.key === undefined ? tavilySearch(tavily) : exaSearch({ url: exa.url, key: exa.key });
  return searcher === undefined ? service : firstOf(searcher, service);
}
