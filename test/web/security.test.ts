import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebServer } from '../../src/web/server.ts';
import { post, send, sendRaw, startConsole, TOKEN } from './client.ts';
import type { ScriptedHouse } from './scripted-house.ts';

let house: ScriptedHouse;
let server: WebServer;
const question = { runId: 'r1', channelId: 'main', text: 'Hello' };

beforeAll(async () => {
  ({ house, server } = await startConsole());
});
afterAll(() => server.close());

describe('who may talk to the console', () => {
  const routes = [
    ['GET', '/api/house'],
    ['POST', '/api/ask'],
    ['POST', '/api/watch'],
    ['GET', '/api/runs/r1/events'],
    ['POST', '/api/stop'],
    ['GET', '/api/sessions'],
    ['GET', '/api/sessions/main'],
    ['GET', '/api/no-such-thing'],
  ] as const;

  it.each(routes)('refuses %s %s without a token', async (method, path) => {
    const answer = await send(server.port, { method, path, headers: { Authorization: undefined } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it.each([
    ['a wrong token', `Bearer ${TOKEN}x`],
    ['a prefix of the token', `Bearer ${TOKEN.slice(0, -1)}`],
    ['another scheme', `Basic ${TOKEN}`],
    ['the bare token', TOKEN],
  ])('refuses %s', async (_name, Authorization) => {
    const answer = await send(server.port, { path: '/api/sessions', headers: { Authorization } });
    expect(answer.status).toBe(401);
    expect(answer.error).toContain('open the link');
  });

  it('does not take the token from the address', async () => {
    const path = `/api/sessions?token=${TOKEN}`;
    const answer = await send(server.port, { path, headers: { Authorization: undefined } });
    expect(answer.status).toBe(401);
  });

  it.each([
    ['a foreign name that points here (DNS rebinding)', 'evil.example'],
    ['a foreign name with our port', 'evil.example:PORT'],
    ['our address with another port', '127.0.0.1:1'],
    ['our address without a port', '127.0.0.1'],
    ['a name that only begins like ours', '127.0.0.1:PORT.evil.example'],
  ])('refuses a request for %s', async (_name, host) => {
    const Host = host.replace('PORT', String(server.port));
    const [page, api] = await Promise.all([
      send(server.port, { path: '/', headers: { Host } }),
      send(server.port, { path: '/api/sessions', headers: { Host } }),
    ]);
    expect([page.status, api.status]).toEqual([403, 403]);
  });

  it('answers to each of its own names', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
      const Host = `${name}:${server.port}`;
      expect((await send(server.port, { path: '/', headers: { Host } })).status).toBe(200);
    }
  });

  it.each(['Host:', 'X-No-Host: 1'])('refuses a request that names no host (%s)', async (line) => {
    const raw = `GET / HTTP/1.1\r\n${line}\r\n\r\n`;
    expect(await sendRaw(server.port, raw)).toMatch(/^HTTP\/1.1 40[03] /);
  });

  it('refuses a request with two Host headers', async () => {
    const own = `Host: 127.0.0.1:${server.port}`;
    const raw = `GET / HTTP/1.1\r\n${own}\r\nHost: evil.example\r\n\r\n`;
    expect(await sendRaw(server.port, raw)).toMatch(/^HTTP\/1.1 40[03] /);
  });

  it.each([
    ['a foreign site', 'http://evil.example'],
    ['a site that looks like ours', 'http://127.0.0.1:PORT.evil.example'],
    ['another port of this machine', 'http://127.0.0.1:1'],
    ['our name over another protocol', 'https://127.0.0.1:PORT'],
    ['a sandboxed frame', 'null'],
  ])('refuses what comes from %s', async (_name, origin) => {
    const Origin = origin.replace('PORT', String(server.port));
    const [get, ask] = await Promise.all([
      send(server.port, { path: '/api/sessions', headers: { Origin } }),
      post(server.port, { path: '/api/ask', body: question, headers: { Origin } }),
    ]);
    expect([get.status, ask.status]).toEqual([403, 403]);
    expect(get.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('refuses a POST that does not say where it comes from', async () => {
    const answer = await post(server.port, {
      path: '/api/stop',
      body: { channelId: 'main' },
      headers: { Origin: undefined },
    });
    expect(answer.status).toBe(403);
    expect(house.cancelled).toEqual([]);
  });

  it('answers a preflight of another site without any leave', async () => {
    const answer = await send(server.port, {
      method: 'OPTIONS',
      path: '/api/ask',
      headers: { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  });
});

describe('what can be fetched', () => {
  it.each([
    '/../server.ts',
    '/../../config.ts',
    '/%2e%2e/server.ts',
    '/..%2fserver.ts',
    '/page/../../../package.json',
    '//etc/passwd',
    '/app.js/../../server.ts',
    '/app.js%00.css',
    '\\..\\server.ts',
    '/tsconfig.json',
    '/.env',
    '/APP.JS',
  ])('has nothing at %s', async (path) => {
    // Some are no HTTP at all and do not even reach us.
    expect([400, 404]).toContain((await send(server.port, { path })).status);
  });

  it('has nothing for a request that names another server in its first line', async () => {
    const raw = `GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`;
    expect(await sendRaw(server.port, raw)).toBe('HTTP/1.1 404 Not Found');
  });

  it('sends the page with headers that keep foreign code, frames and referrers out', async () => {
    const { headers, text } = await send(server.port, {
      path: '/',
      headers: { Authorization: undefined },
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:/);
  });

  it('sends the same headers with every refusal', async () => {
    for (const path of ['/nothing', '/api/nothing']) {
      const { headers } = await send(server.port, { path });
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('answers HEAD with the headers of the page and nothing else', async () => {
    const [head, get] = await Promise.all([
      send(server.port, { method: 'HEAD', path: '/' }),
      send(server.port, { path: '/' }),
    ]);
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  it.each([
    ['POST', '/', 'GET, HEAD'],
    ['DELETE', '/api/sessions', 'GET'],
    ['GET', '/api/ask', 'POST'],
    ['HEAD', '/api/house', 'GET'],
    ['PUT', '/api/sessions/main', 'GET'],
  ])('refuses %s %s and names what is allowed', async (method, path, allowed) => {
    const Origin = `http://127.0.0.1:${server.port}`;
    const answer = await send(server.port, { method, path, headers: { Origin } });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe(allowed);
  });
});
