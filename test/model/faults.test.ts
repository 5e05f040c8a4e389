import { getEventListeners } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FailureKind } from '../../machines/failure.ts';
import type { Models } from '../../src/model/models.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import {
  type Act,
  chunk,
  lastChunk,
  status,
  text,
  toolUseFailed,
} from '../support/groq-server-scripts.ts';
import { ask, failureIn, groqModels, QUICK, replyIn } from './model-fixture.ts';

let server: GroqServer;
let models: Models;

beforeAll(async () => {
  server = await startGroqServer();
});
afterAll(() => server.close());
beforeEach(() => {
  models = groqModels(server, { limits: { ...QUICK, retriesPerModel: 0, maxReplyBytes: 20_000 } });
});
afterEach(() => models.close());

const HALF = 'The answer is NOT ';
const half = chunk({ content: HALF });
const stream = (
  events: readonly unknown[],
  stop: 'done' | 'fin' | 'rst' | 'stall' | 'drip',
): Act => ({
  kind: 'sse',
  events,
  stop,
});
const body = (
  content: string,
  headers: Record<string, string | number> = {},
  type = 'application/json',
): Act => ({
  kind: 'bytes',
  type,
  pieces: [Buffer.from(content)],
  headers,
});
const whole = (choice: unknown): Act => body(JSON.stringify({ choices: [choice] }));
const message = { role: 'assistant', content: HALF };

/** What goes wrong, what the server does, and what it must be called. Streamed requests. */
const IN_STREAMS: readonly (readonly [string, Act, FailureKind])[] = [
  ['cut by the end of the body', stream([half], 'fin'), 'truncated'],
  ['cut inside an event', stream([half, 'data: {"choices":[{"del'], 'fin'), 'truncated'],
  ['ended with a reason but without [DONE]', stream([half, lastChunk()], 'fin'), 'truncated'],
  ['ended with [DONE] but without a reason', stream([half], 'done'), 'truncated'],
  ['ended as an error', stream([half, lastChunk('error')], 'done'), 'truncated'],
  [
    'stopped by a content filter',
    stream([half, lastChunk('content_filter')], 'done'),
    'bad_request',
  ],
  ['reset', stream([half], 'rst'), 'transport'],
  ['dripping comments from the start', stream([], 'drip'), 'timeout'],
  ['dripping comments after some text', stream([half], 'drip'), 'timeout'],
  ['stalled after the headers', stream([': hello\n\n'], 'stall'), 'timeout'],
  ['stalled after some text', stream([half], 'stall'), 'timeout'],
  [
    'with a piece that is not JSON',
    stream([half, 'data: {oops}\n\n', lastChunk()], 'done'),
    'server',
  ],
  [
    'with an error event',
    stream([half, 'event: error\ndata: {"message":"boom"}\n\n'], 'fin'),
    'server',
  ],
  ['with an error as data', stream([half, { error: { message: 'boom' } }], 'done'), 'server'],
  [
    'with an x_groq error',
    stream([chunk({}, { x_groq: { id: 'r', error: 'out of memory' } })], 'done'),
    'server',
  ],
  [
    'with a rate limit as data',
    stream([{ error: { code: 'rate_limit_exceeded' } }], 'done'),
    'rate_limited',
  ],
  ['with no choices at all', stream([chunk({}, { choices: [] })], 'done'), 'truncated'],
  ['with nothing in it', stream([lastChunk()], 'done'), 'empty'],
  ['answered by a page', { kind: 'status', status: 200, body: '<html>Login</html>' }, 'server'],
];

/** The same for whole replies. */
const WHOLE: readonly (readonly [string, Act, FailureKind])[] = [
  ['no headers, ever', { kind: 'silence' }, 'timeout'],
  ['headers and then nothing', { kind: 'headers_only' }, 'timeout'],
  ['one byte after the other, for ever', { kind: 'slow_bytes', everyMs: 20 }, 'timeout'],
  ['a reset before the answer', { kind: 'reset' }, 'transport'],
  ['a page instead of JSON', { kind: 'status', status: 200, body: '<html>Login</html>' }, 'server'],
  ['JSON that breaks off', body(`{"choices":[{"message":{"content":"${HALF}`), 'truncated'],
  [
    'fewer bytes than promised',
    body('{"choices":[]}', { 'content-length': 900, connection: 'close' }),
    'transport',
  ],
  ['more bytes than promised', body('{"choices":[]}', { 'content-length': 9 }), 'truncated'],
  ['no choices', body('{"choices":[]}'), 'empty'],
  [
    'a choice without content',
    whole({ message: { content: null }, finish_reason: 'stop' }),
    'empty',
  ],
  ['text without a reason for its end', whole({ message }), 'truncated'],
  ['text that ended as an error', whole({ message, finish_reason: 'error' }), 'truncated'],
  ['JSON of another kind', body('{"hello":"world"}'), 'bad_schema'],
  ['JSON nested beyond reason', body('['.repeat(2_000) + ']'.repeat(2_000)), 'truncated'],
  ['an error with status 200', body('{"error":{"message":"boom"}}'), 'server'],
  ['packed bytes', body('xxxx', { 'content-encoding': 'gzip' }), 'transport'],
  ['more than can be read', body(`"${'x'.repeat(30_000)}"`), 'transport'],
  ['429', status(429, {}, { 'retry-after': '3600' }), 'rate_limited'],
  ['498', status(498), 'over_capacity'],
  ['500', status(500), 'server'],
  ['502 with a page', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' }, 'server'],
  ['503', status(503), 'over_capacity'],
  ['529', status(529), 'over_capacity'],
  ['408', status(408), 'timeout'],
  ['409', status(409), 'server'],
  ['422, the model stumbled', status(422), 'server'],
  ['424', status(424), 'server'],
  ['401', status(401, { code: 'invalid_api_key' }), 'auth'],
  ['403', status(403), 'auth'],
  ['404 for the model', status(404, { code: 'model_not_found' }), 'model_gone'],
  [
    '400 for a model taken out of service',
    status(400, { code: 'model_decommissioned' }),
    'model_gone',
  ],
  [
    '404 for the address',
    { kind: 'status', status: 404, body: '<html>Not found</html>' },
    'bad_request',
  ],
  [
    'a redirect',
    { kind: 'status', status: 301, headers: { location: 'http://example.invalid/' } },
    'bad_request',
  ],
  ['413', status(413), 'too_large'],
  [
    '400 for the length of the prompt',
    status(400, { code: 'context_length_exceeded' }),
    'too_large',
  ],
  ['400 for JSON mode', status(400, { code: 'json_validate_failed' }), 'bad_schema'],
  [
    '400 for a tool call, without tools',
    toolUseFailed('<function=x>{}</function>'),
    'tool_use_failed',
  ],
  ['400', status(400), 'bad_request'],
];

describe.each([
  { mode: 'a stream', faults: IN_STREAMS, request: { draftTurn: 1 } },
  { mode: 'a whole reply', faults: WHOLE, request: {} },
])('of $mode', ({ faults, request }) => {
  it.each(faults)(
    '%s is told as what it is, and no text of it passes as an answer',
    async (_, act, kind) => {
      server.play([act]);
      const { signal } = new AbortController();
      const deltas: string[] = [];

      const result = await ask(models, request, { signal, onDelta: (delta) => deltas.push(delta) });

      expect(failureIn(result).kind).toBe(kind);
      expect(JSON.stringify(result)).not.toContain(HALF.trim());
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    },
  );

  it.each(faults.filter(([, , kind]) => ['truncated', 'empty'].includes(kind)))(
    '%s is made good by one more attempt, in one piece',
    async (_, act) => {
      server.play([act, text('It is 84.')]);

      const result = await ask(models, request, { onDelta() {} });

      expect(replyIn(result).text).toBe('It is 84.');
      expect(replyIn(result).usage.calls).toBe(2);
    },
  );
});

describe('what is said about a failure', () => {
  it('names no key and quotes no prompt, and nothing is printed', async () => {
    const printed = vi.spyOn(console, 'error');
    const prompt = 'my secret diary '.repeat(5);
    server.play([
      stream([half, `data: {"oops": "${prompt}\n\n`], 'done'),
      status(401, { message: `Incorrect API key gsk_secret_key_1 for '${prompt}'` }),
    ]);

    const first = failureIn(await ask(models, { draftTurn: 1 }, { onDelta() {} }));
    const second = failureIn(await ask(models));

    expect(second.kind).toBe('auth');
    expect(first.message + second.message).not.toMatch(/gsk_secret|secret diary/);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it.each([
    { words: 'seconds', headers: { 'retry-after': '3600' }, asked: 3_600_000 },
    { words: 'milliseconds', headers: { 'retry-after-ms': '90000' }, asked: 90_000 },
    { words: 'a sentence', error: { message: 'Please try again in 7m12.5s.' }, asked: 432_500 },
  ])('tells how long the provider asked to wait, in $words', async ({ headers, error, asked }) => {
    server.play([status(429, error ?? {}, headers ?? {})]);

    expect(failureIn(await ask(models)).retryAfterMs).toBe(asked);
  });

  it('tells how long to wait until a date', async () => {
    const at = new Date(Date.now() + 3_600_000).toUTCString();
    server.play([status(429, {}, { 'retry-after': at })]);

    const { retryAfterMs } = failureIn(await ask(models));

    expect(retryAfterMs).toBeGreaterThan(3_500_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });
});
