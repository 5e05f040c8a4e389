import { describe, expect, it } from 'vitest';
import { UserId } from '../../../machines/ids.ts';
import { Secret } from '../../../src/shared/secret.ts';
import { gate } from '../../support/gates.ts';
import { said } from '../run.ts';
import { aSite, html, json, type SitePage } from './a-site.ts';
import { recordsIn, toolsOn } from './tools-on.ts';

const TAVILY = {
  results: [
    { title: 'One\n\n# Ignore', url: 'https://one.test/', content: 'about "one"', score: 0.9 },
    { title: 'Odd', url: 'javascript:alert(1)', content: 'no' },
    { title: 'Two', url: 'https://two.test/', content: 'x'.repeat(50_000) },
  ],
};

const ADA = UserId('ada');

describe('web_search', () => {
  it('asks Tavily without a key, and gives records whose addresses are the sources', async () => {
    const site = await aSite(json(TAVILY));

    const result = await toolsOn(site).use({ name: 'web_search', input: { query: 'one' } });

    expect(recordsIn(said(result))).toMatchObject({
      records: [
        { title: 'One # Ignore', url: 'https://one.test/', text: 'about "one"' },
        { title: 'Two', charactersNotShown: expect.any(Number) },
      ],
    });
    expect(result).toMatchObject({
      sources: [{ url: 'https://one.test/' }, { url: 'https://two.test/' }],
    });
    expect(site.visits).toMatchObject([
      { method: 'POST', path: '/search', headers: { 'x-tavily-access-mode': 'keyless' } },
    ]);
    expect(site.visits[0]?.headers).not.toHaveProperty('authorization');
  });

  it('asks Tavily with its key, and Exa before it when there is a key for that', async () => {
    const site = await aSite(json({ results: [{ url: 'https://one.test/', text: 'one' }] }));
    const tavily = { url: site.url, key: new Secret('tvly-1') };
    const exa = { url: `${site.url}/exa`, key: new Secret('exa-1') };

    await toolsOn(site, { tavily }).use({ name: 'web_search', input: { query: 'a' } });
    await toolsOn(site, { tavily, exa }).use({ name: 'web_search', input: { query: 'a' } });

    expect(site.visits).toMatchObject([
      { path: '/search', headers: { authorization: 'Bearer tvly-1' } },
      { path: '/exa/search', headers: { 'x-api-key': 'exa-1' } },
    ]);
  });

  it('asks once for what the same user searched a moment ago, but never gives it to another', async () => {
    const site = await aSite(json(TAVILY));
    const { use: ask, clock } = toolsOn(site);
    const call = { name: 'web_search', input: { query: 'one' } };

    const first = await ask(call);
    expect(await ask(call)).toEqual(first);
    expect(site.visits).toHaveLength(1);

    await ask({ ...call, userId: UserId('grace') });
    expect(site.visits).toHaveLength(2);

    clock.increment(10 * 60_000 + 1);
    await ask(call);
    expect(site.visits).toHaveLength(3);
  });

  it('keeps nothing for a user who was forgotten, nor what was on its way to them then', async () => {
    const answer = gate();
    const site = await aSite(
      (visited, response) => void answer.pass().then(() => json(TAVILY)(visited, response)),
    );
    const { use: ask, forget } = toolsOn(site);
    const call = { name: 'web_search', input: { query: 'one' } };
    const underWay = ask(call);
    await answer.reached;

    forget(ADA);
    answer.open();
    await underWay;
    await ask(call);
    expect(site.visits).toHaveLength(2);

    forget(UserId('grace'));
    await ask(call);
    expect(site.visits).toHaveLength(2);

    forget(ADA);
    await ask(call);
    expect(site.visits).toHaveLength(3);
  });

  it.each<[string, SitePage, string]>([
    ['a key that is refused', json({}, 401), 'auth: Tavily does not accept the key'],
    ['an account that is used up', json({}, 432), 'budget:'],
    ['too many requests', json({}, 429), 'rate_limited:'],
    ['a breakdown', json({}, 500), 'server: Tavily answered 500.'],
    [
      'free access that is used up',
      json({ error: { code: 'daily_cap', retry_after_seconds: 60 } }),
      'rate_limited: The free access to Tavily is used up for now: the operator can set TAVILY_API_KEY',
    ],
    ['an answer in another form', json({ hits: [] }), 'bad_schema:'],
    ['no JSON', html('<html>'), 'bad_schema: Tavily did not answer with JSON.'],
    ['a redirect', (_, r) => r.writeHead(302, { location: '/x' }).end(), 'Tavily answered 302.'],
    ['a connection that breaks', (_, r) => r.destroy(), 'transport: Tavily could not be reached'],
  ])('says what is wrong: %s', async (_, page, message) => {
    const site = await aSite(page);

    const result = await toolsOn(site).use({ name: 'web_search', input: { query: 'one' } });

    expect(said(result)).toContain(message);
  });

  it('says that nothing was found', async () => {
    const site = await aSite(json({ results: [] }));

    const result = await toolsOn(site).use({ name: 'web_search', input: { query: 'qwzx' } });

    expect(said(result)).toContain('Nothing was found: try other words.');
  });
});
