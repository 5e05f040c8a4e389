import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModels, type Models } from '../../src/model/models.ts';
import { ask, CALCULATOR, failureIn, QUICK, replyIn } from './model-fixture.ts';

// A server that others wrote: what we read is not only what our own server writes.

const mock = new LLMock({ port: 0, chunkSize: 4 });
let models: Models;

beforeAll(async () => {
  await mock.start();
  models = createModels({
    providers: [{ kind: 'openai-compatible', name: 'mock', baseUrl: `${mock.url}/v1` }],
    agents: { default: [{ provider: 'mock', model: 'mock-1' }] },
    limits: { ...QUICK, firstTokenMs: 2_000, idleMs: 2_000, replyMs: 3_000 },
  });
});
afterAll(async () => {
  await models.close();
  await mock.stop();
});

const asking = (content: string, given: Parameters<typeof ask>[1] = {}) =>
  ask(models, { messages: [{ role: 'user', content }], ...given }, { onDelta() {} });

describe.each([
  { mode: 'whole', given: {} },
  { mode: 'streamed', given: { draftTurn: 1 } },
])('a $mode reply of a server that is not ours', ({ given }) => {
  it('is read', async () => {
    mock.onMessage('hello', { content: 'Hello yourself, traveller.' });

    expect(replyIn(await asking('hello', given)).text).toBe('Hello yourself, traveller.');
  });

  it('may ask for two tools at once', async () => {
    mock.onMessage('sums', {
      toolCalls: [
        { name: 'calculator', arguments: '{"expression":"1+1"}' },
        { name: 'calculator', arguments: '{"expression":"2+2"}' },
      ],
    });

    const { toolCalls, finish } = replyIn(await asking('sums', { ...given, tools: [CALCULATOR] }));

    expect(finish).toBe('tool_calls');
    expect(toolCalls.map(({ input }) => input)).toEqual([
      { expression: '1+1' },
      { expression: '2+2' },
    ]);
    expect(new Set(toolCalls.map(({ id }) => id)).size).toBe(2);
  });

  it('may be an error', async () => {
    mock.onMessage('wrong key', { error: { message: 'no', type: 'invalid_api_key' }, status: 401 });

    expect(failureIn(await asking('wrong key', given)).kind).toBe('auth');
  });
});
