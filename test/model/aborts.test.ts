import { getEventListeners } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Models } from '../../src/model/models.ts';
import { silentLog } from '../../src/shared/log.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import { type Act, chunk, status, text } from '../support/groq-server-scripts.ts';
import { ask, failureIn, groqModels, replyIn } from './model-fixture.ts';

const HOUR = 3_600_000;
const half = chunk({ content: 'The answer is NOT ' });

let server: GroqServer;
let models: Models;
let patient: Models;
let onWarning = (): void => {};

beforeAll(async () => {
  server = await startGroqServer();
});
afterAll(() => server.close());
beforeEach(() => {
  models = groqModels(server);
  const long = { firstTokenMs: HOUR, idleMs: HOUR, replyMs: HOUR, callMs: HOUR };
  patient = groqModels(server, {
    limits: { ...long, backoffFirstMs: 9_000, backoffLongestMs: 9_000 },
    random: () => 0.99,
    log: { ...silentLog, warn: () => onWarning() },
  });
});
afterEach(async () => {
  onWarning = () => {};
  await models.close();
  await patient.close();
});

describe('an abort', () => {
  it.each<readonly [string, Act]>([
    ['before the headers', { kind: 'silence' }],
    ['after the headers', { kind: 'headers_only' }],
    ['in the middle of a stream', { kind: 'sse', events: [half], stop: 'stall' }],
  ])('%s ends the call at once and closes the connection', async (_, act) => {
    const before = server.requests.length;
    server.play([act]);
    const controller = new AbortController();

    const pending = ask(patient, { draftTurn: 1 }, { signal: controller.signal, onDelta() {} });
    await server.arrived(before + 1);
    controller.abort();

    expect(failureIn(await pending).kind).toBe('aborted');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await server.requests[before]?.abandoned;
  });

  it.each<readonly [string, Act]>([
    ['a pause before a retry', status(503)],
    ['a pause that the provider asked for', status(429, {}, { 'retry-after': '9' })],
  ])('during %s ends the call at once', async (_, act) => {
    const before = server.requests.length;
    server.play([act]);
    const controller = new AbortController();
    onWarning = () => setImmediate(() => controller.abort());
    const startedAt = performance.now();

    const result = await ask(patient, {}, { signal: controller.signal });

    expect(failureIn(result).kind).toBe('aborted');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(server.requests).toHaveLength(before + 1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('that came before the call sends nothing', async () => {
    const before = server.requests.length;

    const result = await ask(models, {}, { signal: AbortSignal.abort() });

    expect(failureIn(result).kind).toBe('aborted');
    expect(server.requests).toHaveLength(before);
  });
});

it('leaves nothing on a signal that outlives two hundred calls', async () => {
  server.play([text('ok')]);
  const { signal } = new AbortController();

  for (let i = 0; i < 200; i++) replyIn(await ask(models, {}, { signal }));

  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('uses one connection for calls that follow one another', async () => {
  server.play([text('ok')]);

  for (let i = 0; i < 10; i++) replyIn(await ask(models, { draftTurn: 1 }, { onDelta() {} }));

  expect(await server.connections()).toBe(1);
});

it('sends a request again when the server had closed the kept connection meanwhile', async () => {
  server.play([text('ok')]);
  replyIn(await ask(models));
  server.play([{ kind: 'reset' }, text('again')]);

  const reply = replyIn(await ask(models));

  expect(reply.text).toBe('again');
  expect(reply.usage.calls).toBe(1);
});

it('gives a connection up that does not stand in time, and leaves no timer', async () => {
  // It takes the connection and never answers the TLS greeting.
  const mute = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as AddressInfo;
  const secure = groqModels(
    { url: `https://127.0.0.1:${port}` },
    {
      limits: { connectMs: 50, replyMs: HOUR, callMs: HOUR, retriesPerModel: 0 },
    },
  );

  const failure = failureIn(await ask(secure));

  expect(failure).toMatchObject({ kind: 'transport', transient: true });
  expect(failure.message).toContain('No connection within 50 ms');
  await secure.close();
  await new Promise((resolve) => mute.close(resolve));
});
