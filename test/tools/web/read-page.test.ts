import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/shared/secret.ts';
import { PUBLIC_WEB } from '../../../src/tools/web/web-tools.ts';
import { said } from '../run.ts';
import { aSite, html, json } from './a-site.ts';
import { recordsIn, toolsOn } from './tools-on.ts';

const ARTICLE = `<!doctype html><html><head><title>Tea</title><base href="/elsewhere/"></head><body>
<nav><a href="/menu">Menu</a></nav><article><h1>Tea</h1>
<p>${'Tea is a drink made of leaves and hot water, liked by many. '.repeat(10)}<a href="how">How</a></p>
<script>document.title = 'evil'</script></article></body></html>`;

describe('read_page', () => {
  it('gives the readable part of a page as Markdown, with whole links, and the page as its source', async () => {
    const site = await aSite(html(ARTICLE));
    const { use } = toolsOn(site);

    const result = await use({ name: 'read_page', input: { url: `${site.url}/tea/` } });

    expect(recordsIn(said(result))).toMatchObject({
      url: `${site.url}/tea/`,
      title: 'Tea',
      text: expect.stringContaining(`[How](${site.url}/tea/how)`),
    });
    expect(said(result)).not.toMatch(/evil|Menu/);
    expect(result).toMatchObject({ sources: [{ title: 'Tea', url: `${site.url}/tea/` }] });
  });

  it('reads plain text and JSON as they are, in the encoding that they are in', async () => {
    const site = await aSite((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' });
      response.end(Buffer.from('Käse', 'latin1'));
    });

    expect(
      recordsIn(said(await toolsOn(site).use({ name: 'read_page', input: { url: site.url } }))),
    ).toMatchObject({ text: 'Käse' });
  });

  it('gives a long page in parts that follow one another, and fetches it once', async () => {
    const whole = Array.from({ length: 3_000 }, (_, line) => `"Line" ${line}`).join('\n');
    const site = await aSite(html(whole, 'text/plain'));
    const { use } = toolsOn(site);
    const parts: string[] = [];

    let from: number | undefined = 0;
    while (from !== undefined) {
      const result = await use({ name: 'read_page', input: { url: site.url, from } });
      const { text, next } = Object(recordsIn(said(result)));
      parts.push(String(text));
      from = next;
    }

    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join('')).toBe(whole);
    expect(site.visits).toHaveLength(1);
    const beyond = await use({ name: 'read_page', input: { url: site.url, from: whole.length } });
    expect(said(beyond)).toBe(`invalid_input: The page ends at character ${whole.length}.`);
  });

  it('says that a page goes on where no more than two megabytes of it are read', async () => {
    const site = await aSite(html('x'.repeat(2_000_001), 'text/plain'));

    const result = await toolsOn(site).use({
      name: 'read_page',
      input: { url: site.url, from: 1_999_000 },
    });

    expect(said(result)).toContain('The page goes on, but no more of it is read.');
  });

  it('says so when a page has no text', async () => {
    const site = await aSite(html('<html><body><img src="x"></body></html>'));

    const result = await toolsOn(site).use({ name: 'read_page', input: { url: site.url } });

    expect(said(result)).toContain('There is no text on this page.');
  });

  it('gives up a page that takes its reader too long, at its deadline', async () => {
    const arrived = Promise.withResolvers<void>();
    const site = await aSite(() => arrived.resolve());
    const { use, clock } = toolsOn(site);

    const result = use({ name: 'read_page', input: { url: site.url } });
    await arrived.promise;
    clock.increment(30_000);

    expect(said(await result)).toBe('timeout: read_page took longer than 30000 ms.');
  });

  it('survives a page that is nested deeper than any reader can follow', async () => {
    const site = await aSite(html(`<html><body>${'<div>'.repeat(20_000)}deep`));

    const result = await toolsOn(site).use({ name: 'read_page', input: { url: site.url } });

    expect(said(result)).toMatch(/deep|could not be made into text/);
  });

  it('has pages read by Firecrawl when there is a key, and never tells it an inner address', async () => {
    const data = { markdown: '# Tea', metadata: { title: 'Tea', sourceURL: 'https://tea.test/' } };
    const site = await aSite(json({ success: true, data }));
    const { use } = toolsOn(site, {
      reach: PUBLIC_WEB.reach,
      firecrawl: { url: site.url, key: new Secret('fc-1') },
    });

    const result = await use({ name: 'read_page', input: { url: 'https://tea.test/' } });
    const inner = await use({ name: 'read_page', input: { url: 'http://10.0.0.1/' } });

    expect(recordsIn(said(result))).toMatchObject({ title: 'Tea', text: '# Tea' });
    expect(said(inner)).toContain('not on the public internet');
    expect(site.visits).toMatchObject([
      { path: '/v2/scrape', headers: { authorization: 'Bearer fc-1' } },
    ]);
  });
});
