import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { LOCALHOST } from '../support/tls-certificate.ts';
import { ask, failureIn, replyIn } from './model-fixture.ts';
import { answer, closeAndGuard, modelsOn, serving } from './serving.ts';

closeAndGuard();

describe('a connection', () => {
  it('is opened for each of five hundred calls at once: none waits for another', async () => {
    const waiting: http.ServerResponse[] = [];
    const { models, came } = await serving((response) => {
      // Nobody is answered before everybody has asked.
      if (waiting.push(response) === 500) waiting.forEach(answer);
    });

    const results = await Promise.all(Array.from({ length: 500 }, () => ask(models)));

    expect(results.map((result) => replyIn(result).text)).toEqual(Array(500).fill('It is 84.'));
    expect(new Set(came).size).toBe(500);
  });

  it('that was used last is used next, so that the others of a burst fall idle', async () => {
    const waiting: http.ServerResponse[] = [];
    const { models, came } = await serving((response, nth) => {
      if (nth >= 4) answer(response);
      else if (waiting.push(response) === 4) waiting.forEach(answer);
    });
    await Promise.all([ask(models), ask(models), ask(models), ask(models)]);

    for (let i = 0; i < 6; i++) replyIn(await ask(models));

    expect(new Set(came.slice(4)).size).toBe(1);
  });

  it('that its server closed while it was idle is replaced without a word', async () => {
    const { models, came, server } = await serving(answer);
    replyIn(await ask(models));

    server.closeIdleConnections();
    const reply = replyIn(await ask(models));

    expect(reply.usage.calls).toBe(1);
    expect(came).toEqual([0, 1]);
  });

  it('is not used again when the server said that it will close it', async () => {
    const { models, came } = await serving((response) => {
      response.setHeader('connection', 'close');
      answer(response);
    });

    for (let i = 0; i < 3; i++) replyIn(await ask(models));

    expect(came).toEqual([0, 1, 2]);
  });

  it('that breaks at once although it is new is not tried a second time', async () => {
    const { models, came } = await serving((response, nth) => {
      if (nth === 0) answer(response);
      else response.socket?.resetAndDestroy();
    });
    replyIn(await ask(models));

    const failure = failureIn(await ask(models));

    // The kept one, and a new one in its place.
    expect(came).toEqual([0, 0, 1]);
    expect(failure).toMatchObject({ kind: 'transport', transient: true });
    expect(failure.message).toContain('closed before an answer came');
  });

  it('that breaks after the first bytes of an answer is not tried a second time', async () => {
    const { models, came } = await serving((response, nth) => {
      if (nth === 0) return answer(response);
      response.socket?.write('HTTP/1.1 2', () => response.socket?.destroy());
    });
    replyIn(await ask(models));

    expect(failureIn(await ask(models)).kind).toBe('transport');
    expect(came).toEqual([0, 0]);
  });
});

describe('an end', () => {
  /** It takes connections and says nothing, not even a TLS greeting. */
  const mute = (): { server: Server; taken: Promise<Socket> } => {
    const server = createServer((socket) => socket.resume());
    return { server, taken: once(server, 'connection').then(([socket]) => socket) };
  };

  it('by abort closes a connection that does not stand yet', async () => {
    const { server, taken } = mute();
    const secure = await modelsOn(server, { protocol: 'https' });
    const controller = new AbortController();

    const pending = ask(secure, {}, { signal: controller.signal });
    const closed = once(await taken, 'close');
    controller.abort();

    expect(failureIn(await pending).kind).toBe('aborted');
    await closed;
  });

  it('of the models ends calls that wait for a connection or for an answer', async () => {
    const { server, taken } = mute();
    const secure = await modelsOn(server, { protocol: 'https' });
    const { models, server: silent } = await serving(() => {});
    const [connecting, waiting] = [ask(secure), ask(models)];
    const closed = once(await taken, 'close');
    await once(silent, 'request');

    await Promise.all([secure.close(), models.close()]);

    expect(failureIn(await connecting).kind).toBe('aborted');
    expect(failureIn(await waiting).kind).toBe('aborted');
    await closed;
  });

  it('of the models closes the connections that were kept', async () => {
    const { models, server } = await serving(answer);
    await Promise.all(Array.from({ length: 20 }, () => ask(models)));
    const connections = (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    expect(await connections()).toBe(20);

    await models.close();

    while ((await connections()) > 0) await new Promise(setImmediate);
  });
});

describe('an address', () => {
  it('may be one of IPv6', async () => {
    const server = http.createServer((request, response) => {
      request.resume().on('end', () => answer(response));
    });
    const models = await modelsOn(server, { host: '::1' });

    expect(replyIn(await ask(models)).text).toBe('It is 84.');
  });

  it('of https is believed only with a certificate that is trusted', async () => {
    const { models, came } = await serving(answer, https.createServer(LOCALHOST));

    expect(failureIn(await ask(models)).message).toContain('self-signed certificate');
    expect(came).toHaveLength(0);

    const trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, LOCALHOST.cert]);
    try {
      for (let i = 0; i < 3; i++) expect(replyIn(await ask(models)).text).toBe('It is 84.');
    } finally {
      tls.setDefaultCACertificates(trusted);
    }
    expect(came).toEqual([0, 0, 0]);
  });
});
