import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebServer } from '../../src/web/server.ts';
import { open, openSocket, rememberingLog, send, sendRaw, startConsole, TOKEN } from './client.ts';
import type { ScriptedHouse } from './scripted-house.ts';

let house: ScriptedHouse;
let server: WebServer;

beforeAll(async () => {
  ({ house, server } = await startConsole());
});
afterAll(() => server.close());

const question = { runId: 'r1', channelId: 'main', text: 'Hello' };

describe('what may be asked', () => {
  const ask = (body: string, headers = {}) =>
    send(server.port, { method: 'POST', path: '/api/ask', body, headers });

  it.each([
    ['no JSON', '{"runId":', 'one JSON object'],
    ['nothing', '', 'one JSON object'],
    ['a list', '[]', 'one JSON object'],
    ['hostile depth', '['.repeat(20_000), 'one JSON object'],
    ['no question', JSON.stringify({ ...question, text: undefined }), 'empty'],
    ['blank space', JSON.stringify({ ...question, text: ' \n ' }), 'empty'],
    ['a question that is no text', JSON.stringify({ ...question, text: 7 }), 'empty'],
    [
      '8,001 characters',
      JSON.stringify({ ...question, text: 'x'.repeat(8001) }),
      '8001 characters',
    ],
    ['no run id', JSON.stringify({ ...question, runId: undefined }), 'runId must be'],
    [
      'a run id with a line break',
      JSON.stringify({ ...question, runId: 'r\r\nX: 1' }),
      'runId must',
    ],
    [
      'a channel id that climbs',
      JSON.stringify({ ...question, channelId: '../x' }),
      'channelId must',
    ],
    ['a channel id of 65', JSON.stringify({ ...question, channelId: 'c'.repeat(65) }), 'channelId'],
  ])('answers %s with 400 and one clear sentence', async (_name, body, sentence) => {
    const answer = await ask(body);
    expect(answer.status).toBe(400);
    expect(answer.error).toContain(sentence);
    expect(house.asked).toEqual([]);
  });

  it('refuses a body that is not declared as JSON, as a form of another site would send it', async () => {
    const answer = await ask(JSON.stringify(question), { 'Content-Type': 'text/plain' });
    expect(answer.status).toBe(415);
  });

  it('refuses a body of more than 64 KB before it has been sent', async () => {
    const answer = await ask('x', { 'Content-Length': '70000' });
    expect(answer.status).toBe(413);
  });

  it('refuses a body that turns out longer than 64 KB while it arrives', async () => {
    const answer = await ask('x'.repeat(70_000), { 'Transfer-Encoding': 'chunked' });
    expect(answer.status).toBe(413);
  });

  it.each([
    ['%0d%0aSet-Cookie:%20a=b', 400],
    ['%ff', 400],
    ['..%2f..%2fetc', 400],
    ['a'.repeat(65), 400],
  ])('refuses the id %s in a path and lets nothing of it into the headers', async (id, status) => {
    const [run, session] = await Promise.all([
      send(server.port, { path: `/api/runs/${id}/events` }),
      send(server.port, { path: `/api/sessions/${id}` }),
    ]);
    expect([run.status, session.status]).toEqual([status, status]);
    expect(run.headers['set-cookie']).toBeUndefined();
  });

  it('refuses header bytes that are no HTTP', async () => {
    const raw = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-A: a\u0000b\r\n\r\n`;
    expect(await sendRaw(server.port, raw)).toBe('HTTP/1.1 400 Bad Request');
  });

  it('refuses headers of more than 16 KB', async () => {
    const raw = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`;
    expect(await sendRaw(server.port, raw)).toBe('HTTP/1.1 431 Request Header Fields Too Large');
  });
});

describe('what one client may take', () => {
  it('refuses a stream more than allowed, and takes one again when another has left', async () => {
    const small = await startConsole({ limits: { maxStreams: 2 } });
    const { port } = small.server;
    const first = await open(port, { path: '/api/house' });
    const second = await open(port, { path: '/api/house' });
    const third = await send(port, { path: '/api/house' });
    expect(third.status).toBe(429);

    first.destroy();
    // The server learns of it by itself; the next overview shows that only one is left.
    let status = 429;
    while (status === 429) {
      const again = await open(port, { path: '/api/house' });
      status = again.statusCode ?? 0;
      again.destroy();
    }
    expect(status).toBe(200);
    second.destroy();
    await small.server.close();
  });

  it('does not keep listening to a run for which there is no stream left', async () => {
    const small = await startConsole({ limits: { maxStreams: 1 } });
    const { port } = small.server;
    const body = JSON.stringify(question);
    const first = await open(port, { method: 'POST', path: '/api/ask', body });
    const asked = await small.house.until(() => small.house.asked[0]);
    expect((await send(port, { path: `/api/runs/${asked.runId}/events` })).status).toBe(429);
    expect(small.house.followersOf(asked.runId)).toBe(1);
    first.destroy();
    await small.server.close();
  });

  it('drops a reader that falls too far behind, and the run goes on', async () => {
    const { log, next } = rememberingLog();
    const small = await startConsole({ log, limits: { maxStreamBufferBytes: 64 * 1024 } });
    const socket = await openSocket(small.server.port);
    socket.pause();
    const body = JSON.stringify(question);
    socket.write(
      `POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1:${small.server.port}\r\nOrigin: http://127.0.0.1:${small.server.port}\r\n` +
        `Authorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const asked = await small.house.until(() => small.house.asked[0]);
    const delta = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 200; i++) {
      small.house.tell({ type: 'run.drafted', runId: asked.runId, turn: 1, delta });
    }
    expect(await next('web.reader_dropped')).toMatchObject({ reason: 'too far behind' });
    expect(small.house.cancelled).toEqual([]);
    socket.destroy();
    await small.server.close();
  });

  it('drops a reader that takes nothing at all between two signs of life', async () => {
    const { log, next } = rememberingLog();
    const small = await startConsole({
      log,
      limits: { aliveEveryMs: 40, maxStreamBufferBytes: 1e9 },
    });
    const socket = await openSocket(small.server.port);
    socket.pause();
    socket.write(
      `GET /api/house HTTP/1.1\r\nHost: 127.0.0.1:${small.server.port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    );
    await small.house.until(() => small.house.overviews > 0);
    // More than the sockets of both sides can hold on their own.
    small.house.show({ model: 'm'.repeat(16 * 1024 * 1024) });
    expect(await next('web.reader_dropped')).toMatchObject({ reason: 'takes nothing' });
    socket.destroy();
    await small.server.close();
  });

  it('ends streams, idle connections and stuck requests within a second when it closes', async () => {
    const closing = await startConsole();
    const { port } = closing.server;
    const stream = await open(port, { path: '/api/house' });
    const idle = await openSocket(port);
    const stuck = await openSocket(port);
    stuck.write(`POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`);
    stuck.on('error', () => {}); // It may be reset.
    const gone = [once(idle.resume(), 'close'), once(stuck.resume(), 'close')];
    const startedAt = performance.now();
    await Promise.all([closing.server.close(), closing.server.close()]);
    await Promise.all([once(stream.resume(), 'end'), ...gone]);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe('starting', () => {
  it('names WEB_PORT and the remedy when the port is taken', async () => {
    await expect(startConsole({ port: server.port })).rejects.toThrow(
      `WEB_PORT ${server.port} is taken by another program: choose another WEB_PORT, or 0 for any free one.`,
    );
  });

  it('puts the token into the fragment of the printed address only', () => {
    const url = new URL(server.url);
    expect(url.hash).toBe(`#token=${TOKEN}`);
    expect(url.search + url.pathname).toBe('/');
    expect(url.host).toBe(`127.0.0.1:${server.port}`);
  });
});
