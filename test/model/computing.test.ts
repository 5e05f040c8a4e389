import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../machines/conversation.ts';
import { computingChoice } from '../../src/model/computing-models.ts';
import { status, text } from '../support/groq-server-scripts.ts';
import { ask, CALCULATOR, replyIn, type Stage, startStage } from './model-fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const agents = {
  default: [{ provider: 'groq', model: 'small' }],
  compute: [computingChoice('groq/compound-mini'), { provider: 'groq', model: 'small' }],
} as const;
const wish = { agent: 'compute', tools: [CALCULATOR] };

describe('a model with tools of its own', () => {
  it('is offered none of the house, and only those that compute', async () => {
    const sent = stage.playing([text('84')], { agents });
    expect(replyIn(await ask(stage.models, wish)).model).toBe('groq/compound-mini');
    expect(sent()[0]).not.toHaveProperty('tools');
    expect(sent()[0]).toMatchObject({
      compound_custom: { tools: { enabled_tools: ['code_interpreter'] } },
    });
  });

  it('is told of its tools in the list of tools where it is not Compound', async () => {
    const choices = [computingChoice('openai/gpt-oss-20b')];
    const sent = stage.playing([text('84')], { agents: { ...agents, compute: choices } });
    replyIn(await ask(stage.models, wish));
    expect(sent()[0]?.tools).toEqual([{ type: 'code_interpreter' }]);
  });

  it.each([
    ['not there', status(404, { code: 'model_not_found' })],
    ['not there any more', status(400, { code: 'model_decommissioned' })],
  ])('that is %s gives way to the next, with the tools of the house', async (_, gone) => {
    const sent = stage.playing((model) => (model === 'small' ? text('84') : gone), { agents });
    expect(replyIn(await ask(stage.models, wish)).model).toBe('small');
    expect(replyIn(await ask(stage.models, wish)).model).toBe('small');
    expect(sent().map(({ model }) => model)).toEqual(['groq/compound-mini', 'small', 'small']);
    expect(sent()[1]?.tools).toMatchObject([{ function: { name: CALCULATOR.name } }]);
  });

  it('is not asked to go on with what was begun with tools of the house', async () => {
    const sent = stage.playing([text('84')], { agents });
    const call = { id: 'c', name: CALCULATOR.name, input: {} };
    const messages: readonly ChatMessage[] = [
      { role: 'user', content: 'What is 12 * 7?' },
      { role: 'assistant', content: '', toolCalls: [call] },
      { role: 'tool', toolCallId: 'c', name: CALCULATOR.name, content: '84' },
    ];
    replyIn(await ask(stage.models, { ...wish, messages }));
    expect(sent().map(({ model }) => model)).toEqual(['small']);
  });
});
