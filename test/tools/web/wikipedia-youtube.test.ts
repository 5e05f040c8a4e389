import { describe, expect, it } from 'vitest';
import { said } from '../run.ts';
import { aSite, html, json } from './a-site.ts';
import { recordsIn, toolsOn } from './tools-on.ts';

describe('wikipedia', () => {
  it('gives the beginnings of the articles that fit best, best first', async () => {
    const pages = [
      { title: 'Tea house', index: 2, fullurl: 'https://en.test/Tea_house', extract: 'A house.' },
      { title: 'Tea', index: 1, fullurl: 'https://en.test/Tea', extract: 'A drink.' },
    ];
    const site = await aSite(json({ query: { pages } }));

    const result = await toolsOn(site).use({ name: 'wikipedia', input: { query: 'tea' } });

    expect(recordsIn(said(result))).toMatchObject({
      records: [{ title: 'Tea', text: 'A drink.' }, { title: 'Tea house' }],
    });
    expect(site.visits[0]?.path).toMatch(/^\/w\/api\.php\?.*gsrsearch=tea/);
  });

  it('says that there is no article, and takes no language that is an address', async () => {
    const site = await aSite(json({ batchcomplete: true }));
    const { use } = toolsOn(site);

    expect(said(await use({ name: 'wikipedia', input: { query: 'qwzx' } }))).toContain(
      'There is no article about this.',
    );
    expect(
      said(await use({ name: 'wikipedia', input: { query: 'x', language: 'evil.test/' } })),
    ).toContain('expected a language code');
  });
});

const tracks = (...list: readonly object[]) =>
  html(`<script>var player = {"captionTracks":${JSON.stringify(list)},"audioTracks":[]};</script>`);

describe('youtube_transcript', () => {
  const words = { events: [{ segs: [{ utf8: 'Hello ' }, { utf8: 'world.' }] }, { tStartMs: 9 }] };

  it('gives what people wrote before what a machine heard, in the language that is asked for', async () => {
    const watch = tracks(
      { baseUrl: '/timed?a=1', languageCode: 'en', kind: 'asr' },
      { baseUrl: '/timed?a=2', languageCode: 'en-GB' },
      { baseUrl: '/timed?a=3', languageCode: 'de' },
    );
    const site = await aSite((visited, response) =>
      visited.path.startsWith('/watch') ? watch(visited, response) : json(words)(visited, response),
    );

    const result = await toolsOn(site).use({
      name: 'youtube_transcript',
      input: { video: 'https://youtu.be/dQw4w9WgXcQ?t=1' },
    });

    expect(recordsIn(said(result))).toMatchObject({
      records: [{ text: 'Hello world.', language: 'en-GB', heardByAMachine: false }],
    });
    expect(site.visits.map(({ path }) => path)).toEqual([
      '/watch?v=dQw4w9WgXcQ',
      '/timed?a=2&fmt=json3',
    ]);
  });

  it.each([
    ['has none', html('<html></html>')],
    ['sends elsewhere for them', tracks({ baseUrl: 'http://10.0.0.1/', languageCode: 'en' })],
  ])('says that there are no subtitles when the page %s', async (_, page) => {
    const site = await aSite(page);

    const result = await toolsOn(site).use({
      name: 'youtube_transcript',
      input: { video: 'dQw4w9WgXcQ' },
    });

    expect(said(result)).toContain('unavailable: YouTube gave out no subtitles');
    expect(site.visits).toHaveLength(1);
  });

  it('takes no address of another site', async () => {
    const site = await aSite(html(''));

    const result = await toolsOn(site).use({
      name: 'youtube_transcript',
      input: { video: 'https://evil.test/watch?v=dQw4w9WgXcQ' },
    });

    expect(said(result)).toContain('expected the address of a video');
    expect(site.visits).toEqual([]);
  });
});
