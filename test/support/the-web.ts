import { html, json, type Site, type SitePage } from '../tools/web/a-site.ts';

const ARTICLE = `<html><head><title>Tea</title></head><body><p>${'Tea is a drink. '.repeat(30)}</p></body></html>`;
const SUBTITLES = { events: [{ segs: [{ utf8: 'Pour the tea.' }] }] };
const TRACKS = [{ baseUrl: '/timed?v=1', languageCode: 'en' }];

/** All that the web tools ask, each under a path of its own, as the services would answer. */
export const theWeb: SitePage = (visited, response) => {
  const pages: Readonly<Record<string, SitePage>> = {
    '/tea': html(ARTICLE),
    '/search': json({ results: [{ title: 'Tea', url: 'https://tea.test/', content: 'Green.' }] }),
    '/w/api.php': json({
      query: { pages: [{ title: 'Tea', fullurl: 'https://wiki.test/Tea', extract: 'A leaf.' }] },
    }),
    '/watch': html(`{"captionTracks":${JSON.stringify(TRACKS)},"x":1}`),
    '/timed': json(SUBTITLES),
  };
  const page = pages[visited.path.split('?')[0] ?? ''] ?? html('nothing', 'text/plain');
  page(visited, response);
};

/** What leads a house there. */
export const envOf = ({ url, port }: Site) => ({
  WEB_ALLOWED_PORTS: String(port),
  WEB_ALLOWED_ADDRESSES: '127.0.0.1',
  TAVILY_URL: url,
  WIKIPEDIA_URL: url,
  YOUTUBE_URL: url,
});
