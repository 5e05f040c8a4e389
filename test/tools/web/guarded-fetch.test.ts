import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createGuardedFetch, type GuardOptions } from '../../../src/tools/web/guarded-fetch.ts';
import { aSite, html, type Site } from './a-site.ts';
import { names, saidOf } from './guarding.ts';

const FETCHING = { maxBytes: 100_000, types: ['text/'] };
const signal = new AbortController().signal;

/** A fetch that may reach this one site. */
const reaching = ({ port }: Site, options: Partial<GuardOptions> = {}) =>
  createGuardedFetch({ reach: { ports: [port], addresses: ['127.0.0.1'] }, ...options });

const ELSEWHERE = 'Its host is not on the public internet.';
const PORT = 'is not one that pages are read from.';
const SCHEME = 'Only addresses that begin with http:// or https:// are read.';
interface Spoilt {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
const packed = (encoding: string) => ({
  'content-type': 'text/html',
  'content-encoding': encoding,
});
const CREDENTIALS = 'Addresses that carry a user name or password are not read.';

describe('A fetch under guard', () => {
  it('reads a page of an address that it may reach, and says where it was', async () => {
    const site = await aSite(html('<h1>Hello</h1>'));

    const result = await reaching(site)(`${site.url}/page?x=1`, { signal, ...FETCHING });

    expect(result).toMatchObject({
      kind: 'fetched',
      page: { url: `${site.url}/page?x=1`, contentType: 'text/html; charset=utf-8', cut: false },
    });
    expect(saidOf(result)).toBe('<h1>Hello</h1>');
    expect(site.visits[0]?.headers).not.toHaveProperty('cookie');
  });

  it('connects to the very addresses that it judged: a name server that changes its mind changes nothing', async () => {
    const site = await aSite(html('reached'));
    const asked: string[] = [];
    const resolve = async (hostname: string) => {
      asked.push(hostname);
      // Public for whoever looks first, and this machine for whoever looks again.
      const address = asked.length === 1 ? '127.0.0.1' : '10.0.0.1';
      return [{ address, family: 4 }];
    };
    const fetchPage = reaching(site, { resolve });

    expect(
      saidOf(await fetchPage(`http://rebind.test:${site.port}/`, { signal, ...FETCHING })),
    ).toBe('reached');
    expect(
      saidOf(await fetchPage(`http://rebind.test:${site.port}/`, { signal, ...FETCHING })),
    ).toBe(`invalid_input: Not read. ${ELSEWHERE}`);
    expect(asked).toEqual(['rebind.test', 'rebind.test']);
    expect(site.visits).toHaveLength(1);
  });

  it('does not connect to a name when even one of its addresses is out of reach', async () => {
    const site = await aSite(html('reached'));
    const fetchPage = reaching(site, { resolve: names('127.0.0.1', '10.0.0.1') });

    const result = await fetchPage(`http://both.test:${site.port}/`, { signal, ...FETCHING });

    expect(saidOf(result)).toContain(ELSEWHERE);
    expect(site.visits).toEqual([]);
  });

  it.each([
    ['http://169.254.169.254/latest', ELSEWHERE],
    ['//10.0.0.1/', ELSEWHERE],
    ['http://elsewhere.test/', PORT],
    ['file:///etc/passwd', SCHEME],
    ['http://a:b@127.0.0.1/', CREDENTIALS],
    ['http://[::', 'That is not an address of the web.'],
  ])('does not follow a redirect to %s', async (location, why) => {
    const site = await aSite((_, response) => response.writeHead(302, { location }).end());
    const fetchPage = createGuardedFetch({
      reach: { ports: [site.port, ...(why === ELSEWHERE ? [80] : [])], addresses: ['127.0.0.1'] },
      resolve: names('10.0.0.1'),
    });

    const result = await fetchPage(site.url, { signal, ...FETCHING });

    expect(saidOf(result)).toContain(why);
    expect(site.visits).toHaveLength(1);
  });

  it('follows four redirects, and no fifth', async () => {
    const site = await aSite(({ path }, response) => {
      const left = Number(path.slice(1));
      if (left === 0) return response.writeHead(200, { 'content-type': 'text/plain' }).end('there');
      return response.writeHead(307, { location: `/${left - 1}` }).end();
    });

    expect(await reaching(site)(`${site.url}/4`, { signal, ...FETCHING })).toMatchObject({
      kind: 'fetched',
      page: { url: `${site.url}/0` },
    });
    expect(saidOf(await reaching(site)(`${site.url}/5`, { signal, ...FETCHING }))).toContain(
      'sent on more than 4 times',
    );
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('leaves a bomb packed with %s at its limit', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(50_000_000));
    const site = await aSite((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding });
      response.end(bomb);
    });

    const result = await reaching(site)(site.url, { signal, ...FETCHING });

    expect(result).toMatchObject({ kind: 'fetched', page: { cut: true } });
    expect(result.kind === 'fetched' && result.page.bytes.length).toBe(100_000);
  });

  it('leaves a page that never ends at its limit', async () => {
    const site = await aSite((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    });

    const result = await reaching(site)(site.url, { signal, ...FETCHING });

    expect(result).toMatchObject({ kind: 'fetched', page: { cut: true } });
  });

  it('stops at once, wherever it is, when it is told to', async () => {
    const controller = new AbortController();
    const site = await aSite((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('a beginning', () => controller.abort());
    });

    const result = await reaching(site)(site.url, { signal: controller.signal, ...FETCHING });

    expect(saidOf(result)).toBe('aborted: The page was not waited for.');
  });

  it.each<[string, Spoilt, string]>([
    ['a picture', { headers: { 'content-type': 'image/png' } }, 'image/png, which cannot be read'],
    ['something without a type', { headers: {} }, 'of no known type'],
    ['an odd packing', { headers: packed('zstd') }, 'packed in a way that was not asked for'],
    ['a broken packing', { headers: packed('gzip') }, 'server: The page could not be unpacked.'],
    ['an error', { status: 404 }, 'unavailable: The site answered 404 instead of a page.'],
    ['a limit', { status: 429 }, 'rate_limited'],
    ['a breakdown', { status: 503 }, 'server: The site answered 503'],
  ])('says what is wrong with %s', async (_, { status = 200, headers = {} }, message) => {
    const site = await aSite((_visit, response) => response.writeHead(status, headers).end('body'));

    expect(saidOf(await reaching(site)(site.url, { signal, ...FETCHING }))).toContain(message);
  });

  it('says that nobody answers where nobody does, and that nobody knows a name', async () => {
    const site = await aSite(html(''));
    const unknown = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));

    const gone = { ...site, port: 1 };
    expect(saidOf(await reaching(gone)('http://127.0.0.1:1/', { signal, ...FETCHING }))).toBe(
      'transport: The site could not be reached (ECONNREFUSED).',
    );
    const fetchPage = reaching(site, { resolve: unknown });
    expect(saidOf(await fetchPage(`http://a.test:${site.port}/`, { signal, ...FETCHING }))).toBe(
      'unavailable: There is no such host.',
    );
  });

  it('reaches a network that is allowed as one, and nothing beside it', async () => {
    const site = await aSite(html('inside'));
    const fetchPage = createGuardedFetch({
      reach: { ports: [site.port], addresses: ['127.0.0.0/8', 'fd00::/8'] },
      resolve: names('192.168.0.1'),
    });

    expect(saidOf(await fetchPage(site.url, { signal, ...FETCHING }))).toBe('inside');
    expect(
      saidOf(await fetchPage(`http://other.test:${site.port}/`, { signal, ...FETCHING })),
    ).toContain(ELSEWHERE);
  });
});
