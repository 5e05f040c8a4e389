import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cosine } from '../../src/memory/embedder.ts';
import { embedQuery } from '../../src/memory/embedding.ts';
import { createHttpEmbedder } from '../../src/memory/http-embedder.ts';
import { Secret } from '../../src/shared/secret.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { untilDone } from '../support/store-builders.ts';

const KEY = 'sk-very-secret-key';

/** An embedder, and a server that answers it. */
async function anEmbedder(answer: (res: ServerResponse) => void) {
  const asked: { readonly req: IncomingMessage; readonly body: string }[] = [];
  const server = createServer((req, res) => {
    void textOf(req).then((body) => {
      asked.push({ req, body });
      answer(res);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  const url = `http://127.0.0.1:${address.port}/v1/`;
  return {
    asked,
    server,
    embedder: createHttpEmbedder({ url, model: 'm', apiKey: new Secret(KEY) }),
  };
}

const saying =
  (body: string, status = 200) =>
  (res: ServerResponse): void => {
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  };

const vectors = (...data: readonly object[]): string => JSON.stringify({ data });

describe('An embedder behind HTTP', () => {
  it('asks for all texts at once and gives unit vectors in the order of the texts', async () => {
    const { embedder, asked } = await anEmbedder(
      saying(vectors({ index: 1, embedding: [0, 2] }, { index: 0, embedding: [3, 4] })),
    );

    const found = await embedder.embed(['one', 'two'], untilDone);

    expect(found.map((vector) => [...vector].map((value) => Math.round(value * 10) / 10))).toEqual([
      [0.6, 0.8],
      [0, 1],
    ]);
    expect(asked[0]?.req.url).toBe('/v1/embeddings');
    expect(asked[0]?.req.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(asked[0]?.body).toBe('{"model":"m","input":["one","two"],"encoding_format":"float"}');
  });

  it.each([
    ['is asked too often', saying('{}', 429), 'answered 429'],
    ['is broken', saying('oops', 500), 'answered 500'],
    ['answers no JSON', saying('<html>'), 'did not answer with 1 vectors'],
    ['leaves one out', saying(vectors()), 'did not answer with 1 vectors'],
    ['answers no numbers', saying(vectors({ embedding: ['a'] })), 'did not answer with 1 vectors'],
    [
      'sends elsewhere',
      (res: ServerResponse) => void res.writeHead(302, { location: '/' }).end(),
      '',
    ],
  ])('says so, and never tells its key, when its server %s', async (_, answer, why) => {
    const { embedder } = await anEmbedder(answer);

    const thrown: unknown = await embedder.embed(['one'], untilDone).catch((error) => error);

    expect(thrown).toBeInstanceOf(Error);
    expect(String(thrown)).toContain(why);
    expect(JSON.stringify(thrown) + String(thrown)).not.toContain(KEY);
  });

  it('is done without by an answer when it does not answer in time, and the log has no key', async () => {
    const { embedder, server } = await anEmbedder(() => {});
    const [clock, log] = [simulatedClock(), recordedLog()];
    const arrived = once(server, 'request');

    const found = embedQuery('one', { embedder, clock, log, ...untilDone });
    await arrived;
    await clock.advance(400);

    expect(await found).toBeUndefined();
    expect(log.events('warn')).toEqual(['embedder.failed']);
    expect(JSON.stringify(log)).not.toContain(KEY);
    expect(clock.pending).toBe(0);
  });

  it('gives vectors that are not compared with those of another length', () => {
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(1, 0, 0))).toBe(0);
  });
});
