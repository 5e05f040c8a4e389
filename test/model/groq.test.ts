import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Models } from '../../src/model/models.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import { calls, chunk, lastChunk, text } from '../support/groq-server-scripts.ts';
import { aRequest, ask, CALCULATOR, groqModels, replyIn } from './model-fixture.ts';

let server: GroqServer;
let models: Models;

beforeEach(async () => {
  server = await startGroqServer();
  models = groqModels(server);
});
afterEach(async () => {
  await models.close();
  await server.close();
});

describe('an ordinary call', () => {
  it('gives the text of the reply, what it cost, and the model that answered', async () => {
    server.play([
      { kind: 'reply', text: 'It is 84.', usage: { prompt_tokens: 10, completion_tokens: 4 } },
    ]);

    const reply = replyIn(await ask(models));

    expect(reply).toMatchObject({ text: 'It is 84.', model: 'big', finish: 'stop', toolCalls: [] });
    expect(reply.usage).toEqual({
      calls: 1,
      promptTokens: 10,
      completionTokens: 4,
      cachedTokens: 0,
      costMicroUsd: 18,
    });
  });

  it('sends the conversation, the tools and the limits as the provider wants them', async () => {
    server.play([text('ok')]);

    await ask(models, { tools: [CALCULATOR], temperature: 0.3, topP: 0.9 });

    const [received] = server.requests;
    expect(received?.path).toBe('/openai/v1/chat/completions');
    expect(received?.headers.authorization).toBe('Bearer gsk_secret_key_1');
    expect(received?.body).toMatchObject({
      model: 'big',
      messages: aRequest().messages,
      max_completion_tokens: 500,
      temperature: 0.3,
      top_p: 0.9,
      disable_tool_validation: true,
      tools: [{ type: 'function', function: CALCULATOR }],
    });
    expect(received?.body).not.toHaveProperty('stream');
  });

  it('streams the text of a draft piece by piece, and gives it whole in the reply', async () => {
    const shown = Promise.withResolvers<void>();
    const rest = shown.promise.then(() => chunk({ content: 'four, I think.' }));
    const begin = [chunk({ content: 'It is ' }), chunk({ content: 'eighty ' })];
    server.play([{ kind: 'sse', events: [...begin, rest, lastChunk()], stop: 'done' }]);
    const deltas: string[] = [];
    const onDelta = (delta: string): void => {
      deltas.push(delta);
      if (deltas.join('') === 'It is eighty ') shown.resolve();
    };

    const result = await ask(models, { draftTurn: 1 }, { onDelta });

    expect(replyIn(result).text).toBe('It is eighty four, I think.');
    expect(deltas.at(-1)).toBe('four, I think.');
    expect(deltas.join('')).toBe('It is eighty four, I think.');
    expect(replyIn(result).usage.completionTokens).toBeGreaterThan(0);
  });

  it('hands over tool calls with their arguments read', async () => {
    server.play([calls({ name: 'calculator', args: { expression: '12*7' } })]);

    const reply = replyIn(await ask(models, { tools: [CALCULATOR] }));

    expect(reply.finish).toBe('tool_calls');
    expect(reply.toolCalls).toEqual([
      { id: 'call_0_0', name: 'calculator', input: { expression: '12*7' } },
    ]);
  });
});

describe('a stream that keeps coming', () => {
  it('may last longer than any silence that is allowed in it', async () => {
    const clock = simulatedClock();
    const limits = { firstTokenMs: 100, idleMs: 100, replyMs: 10_000, callMs: 10_000 };
    const patient = groqModels(server, { clock, limits });
    const gates = [1, 2, 3, 4].map(() => Promise.withResolvers<void>());
    const pieces = gates.map(({ promise }, i) => promise.then(() => chunk({ content: `${i} ` })));
    server.play([{ kind: 'sse', events: [...pieces, lastChunk()], stop: 'done' }]);
    let shown = Promise.withResolvers<void>();

    const pending = ask(patient, { draftTurn: 1 }, { onDelta: () => shown.resolve() });
    await server.arrived(1);
    for (const gate of gates) {
      await clock.advance(90);
      shown = Promise.withResolvers();
      gate.resolve();
      await shown.promise;
    }

    expect(replyIn(await pending).text).toBe('0 1 2 3 ');
    expect(clock.pending).toBe(0);
    await patient.close();
  });
});
