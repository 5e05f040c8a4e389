import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Models } from '../../src/model/models.ts';
import { type GroqServer, startGroqServer } from '../support/groq-server.ts';
import { calls, text } from '../support/groq-server-scripts.ts';
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
    server.play([text('It is eighty four, I think.')]);
    const deltas: string[] = [];

    const result = await ask(models, { draftTurn: 1 }, { onDelta: (delta) => deltas.push(delta) });

    expect(replyIn(result).text).toBe('It is eighty four, I think.');
    expect(deltas.length).toBeGreaterThan(3);
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
