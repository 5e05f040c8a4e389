import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModels, type Models } from '../../src/model/models.ts';
import type { Json } from '../../src/shared/parse.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import { type Act, status, text } from '../support/groq-server-scripts.ts';
import { ask, CALCULATOR, failureIn, QUICK, replyIn } from './model-fixture.ts';

let server: GroqServer;
let models: Models;

const open = (baseUrl: string, extra?: Readonly<Record<string, Json>>): Models =>
  createModels({
    providers: [{ kind: 'openai-compatible', name: 'own', baseUrl }],
    agents: { default: [{ provider: 'own', model: 'llama3', ...(extra ? { extra } : {}) }] },
    limits: QUICK,
  });

beforeEach(async () => {
  server = await startGroqServer();
  models = open(`${server.url}/v1`);
});
afterEach(async () => {
  await models.close();
  await server.close();
});

const plain = (delta: Readonly<Record<string, unknown>>, finish: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const sse = (...events: readonly unknown[]): Act => ({ kind: 'sse', events, stop: 'done' });
const streamed = (tools: boolean) =>
  ask(models, { draftTurn: 1, tools: tools ? [CALCULATOR] : [] }, { onDelta() {} });

describe('the dialect of Ollama', () => {
  it('numbers all tool calls of a stream with 0 and says "stop"', async () => {
    const call = (id: string, expression: string) => ({
      tool_calls: [
        {
          index: 0,
          id,
          type: 'function',
          function: { name: 'calculator', arguments: JSON.stringify({ expression }) },
        },
      ],
    });
    server.play([
      sse(
        plain(call('call_a', '1+1')),
        plain(call('call_b', '2+2')),
        plain({ content: '' }, 'stop'),
      ),
    ]);

    const reply = replyIn(await streamed(true));

    expect(reply.finish).toBe('tool_calls');
    expect(reply.toolCalls.map(({ id, input }) => [id, input])).toEqual([
      ['call_a', { expression: '1+1' }],
      ['call_b', { expression: '2+2' }],
    ]);
  });

  it('sends arguments as an object, without index and id', async () => {
    const call = { function: { name: 'calculator', arguments: { expression: '1+1' } } };
    server.play([sse(plain({ tool_calls: [call, call] }), plain({}, 'stop'))]);

    const { toolCalls } = replyIn(await streamed(true));

    expect(toolCalls).toEqual([
      { id: 'leader_1_0', name: 'calculator', input: { expression: '1+1' } },
      { id: 'leader_1_1', name: 'calculator', input: { expression: '1+1' } },
    ]);
  });

  it('reports a plain error as text', async () => {
    server.play([
      {
        kind: 'status',
        status: 404,
        body: { error: 'model "llama3" not found, try pulling it first' },
      },
    ]);

    expect(failureIn(await ask(models)).kind).toBe('model_gone');
  });
});

describe('the dialect of llama.cpp', () => {
  it('calls reasoning `reasoning_content`, and gets it back under that name', async () => {
    server.play([
      sse(plain({ reasoning_content: 'Hm.' }), plain({ content: '84' }), plain({}, 'stop')),
    ]);

    const { reasoning } = replyIn(await streamed(false));
    await ask(models, {
      messages: [{ role: 'assistant', content: '84', ...(reasoning ? { reasoning } : {}) }],
    });

    expect(reasoning).toBe('Hm.');
    expect(server.requests[1]?.body.messages?.[0]).toEqual({
      role: 'assistant',
      content: '84',
      reasoning_content: 'Hm.',
    });
  });

  it('tells of a prompt that does not fit', async () => {
    server.play([
      status(400, {
        code: 400,
        type: 'exceed_context_size_error',
        message: 'the request exceeds the available context size',
      }),
    ]);

    expect(failureIn(await ask(models)).kind).toBe('too_large');
  });

  it('answers 503 while it loads its model', async () => {
    server.play([status(503, { message: 'Loading model', type: 'unavailable_error' }), text('84')]);

    expect(replyIn(await ask(models)).text).toBe('84');
  });
});

describe('the dialect of vLLM', () => {
  it('sends usage in a last chunk without choices, because it was asked to', async () => {
    const usage = {
      prompt_tokens: 11,
      completion_tokens: 3,
      prompt_tokens_details: { cached_tokens: 8 },
    };
    server.play([sse(plain({ content: '84' }), plain({}, 'stop'), { choices: [], usage })]);

    const reply = replyIn(await streamed(false));

    expect(server.requests[0]?.body['stream_options']).toEqual({ include_usage: true });
    expect(reply.usage).toMatchObject({ promptTokens: 11, completionTokens: 3, cachedTokens: 8 });
  });

  it('words its errors without a wrapping', async () => {
    const message = "This model's maximum context length is 4096 tokens.";
    server.play([
      {
        kind: 'status',
        status: 400,
        body: { object: 'error', message, type: 'BadRequestError', code: 400 },
      },
    ]);

    expect(failureIn(await ask(models)).kind).toBe('too_large');
  });

  it('calls a wrong request 422', async () => {
    server.play([status(422)]);

    expect(failureIn(await ask(models)).kind).toBe('bad_request');
  });
});

describe('a server that leaves things out', () => {
  it('may leave out the reason for the end when it says [DONE]', async () => {
    server.play([sse(plain({ content: '84' }))]);

    expect(replyIn(await streamed(false))).toMatchObject({ text: '84', finish: 'stop' });
  });

  it('may leave out [DONE] when it gives the reason', async () => {
    server.play([{ kind: 'sse', events: [plain({ content: '84' }, 'stop')], stop: 'fin' }]);

    expect(replyIn(await streamed(false)).text).toBe('84');
  });

  it('may not leave out both', async () => {
    server.play([{ kind: 'sse', events: [plain({ content: 'The answer is NOT ' })], stop: 'fin' }]);

    expect(failureIn(await streamed(false)).kind).toBe('truncated');
  });

  it('may leave out the usage: it is guessed, so that budgets still count', async () => {
    server.play([{ kind: 'reply', text: 'x'.repeat(40), usage: null }]);

    const { usage } = replyIn(await ask(models));

    expect(usage.completionTokens).toBe(10);
    expect(usage.promptTokens).toBeGreaterThan(5);
  });

  it('may answer a request for a stream in one piece', async () => {
    const choices = [{ message: { content: '84' }, finish_reason: 'stop' }];
    server.play([{ kind: 'status', status: 200, body: { choices } }]);

    expect(replyIn(await streamed(false)).text).toBe('84');
  });

  it('may not know `stream_options`: it is left out from then on', async () => {
    server.play([
      status(400, { message: 'Unrecognized request argument supplied: stream_options' }),
      sse(plain({ content: '84' }, 'stop')),
    ]);

    expect(replyIn(await streamed(false)).text).toBe('84');
    expect(server.requests[1]?.body).not.toHaveProperty('stream_options');
  });
});

it('adds the fields that configuration gives for a model', async () => {
  const own = open(server.url, { reasoning_effort: 'low' });

  await ask(own);

  expect(server.requests[0]?.body).toMatchObject({ reasoning_effort: 'low', max_tokens: 500 });
  await own.close();
});
