import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chunk, lastChunk, status, text, toolUseFailed } from '../support/groq-server-scripts.ts';
import {
  ask,
  BOTH,
  CALCULATOR,
  failureIn,
  replyIn,
  type Stage,
  startStage,
} from './model-fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

const tools = [CALCULATOR];

describe('tools of the house', () => {
  it('are offered instead of any that are set for a model, to one agent as to the next', async () => {
    const extra = { tools: [{ type: 'browser_search' }], reasoning_effort: 'low' };
    const other = { ...CALCULATOR, name: 'adder' };
    const sent = stage.playing([text('ok')], {
      agents: { default: [{ provider: 'groq', model: 'big', extra }] },
    });

    for (const offered of [tools, [other], tools]) await ask(stage.models, { tools: offered });
    await ask(stage.models, { tools: [] });
    const names = sent().map((body) => body.tools?.map((tool) => tool.function?.name ?? tool.type));
    expect(names).toEqual([['calculator'], ['adder'], ['calculator'], ['browser_search']]);
    expect(sent()[0]).toMatchObject({ reasoning_effort: 'low', disable_tool_validation: true });
  });
});

describe('a tool call that the server could not read', () => {
  const input = { expression: '12*7' };
  it.each([
    ['as JSON', '{"name": "calculator", "arguments": {"expression": "12*7"}}'],
    ['with parameters', '{"name": "calculator", "parameters": {"expression": "12*7"}}'],
    [
      'with its arguments in a string',
      '{"name":"calculator","arguments":"{\\"expression\\":\\"12*7\\"}"}',
    ],
    ['in a list', '[{"name": "calculator", "arguments": {"expression": "12*7"}}]'],
    ['in tags', '<function=calculator>{"expression": "12*7"}</function>'],
    ['in tags that are not closed', '<function=calculator{"expression": "12*7"}</function>'],
    ['in tags, as a call', '<function=calculator({"expression": "12*7"})</function>'],
    [
      'in tool_call tags',
      '<tool_call>{"name":"calculator","arguments":{"expression":"12*7"}}</tool_call>',
    ],
    ['by its bare name', 'calculator{"expression": "12*7"}'],
    ['as a bare call', 'calculator({"expression": "12*7"})'],
  ])('%s is read here', async (_, generation) => {
    const sent = stage.playing([toolUseFailed(generation)]);

    const reply = replyIn(await ask(stage.models, { tools }));

    expect(reply.toolCalls).toEqual([{ id: 'leader_1_0', name: 'calculator', input }]);
    expect(reply.finish).toBe('tool_calls');
    expect(sent()).toHaveLength(1);
  });

  it('is read as well when it is told in the middle of a stream', async () => {
    const error = {
      message: 'Failed to call a function.',
      code: 'tool_use_failed',
      failed_generation: 'calculator{"expression":"12*7"}',
    };
    stage.playing([{ kind: 'sse', events: [chunk({ content: '' }), { error }], stop: 'done' }]);

    expect(
      replyIn(await ask(stage.models, { tools, draftTurn: 1 }, { onDelta() {} })).toolCalls[0]
        ?.input,
    ).toEqual(input);
  });

  it('for a tool that was never offered goes to the toolbox, which says so to the model', async () => {
    const generation = '{"name": "repo_browser.open_file", "arguments": {"path": "/"}}';
    stage.playing([
      toolUseFailed(
        generation,
        "attempted to call tool 'repo_browser.open_file' which was not in request.tools",
      ),
    ]);

    expect(replyIn(await ask(stage.models, { tools })).toolCalls[0]).toMatchObject({
      name: 'repo_browser.open_file',
      input: { path: '/' },
    });
  });

  it('whose arguments are not JSON goes to the toolbox as what it is', async () => {
    stage.playing([
      toolUseFailed(
        '{"name": "calculator", "arguments": print(12*7)}',
        'Failed to parse tool call arguments as JSON',
      ),
    ]);

    const [call] = replyIn(await ask(stage.models, { tools })).toolCalls;

    expect(call).toMatchObject({ name: 'calculator', input: {} });
    expect(call?.invalid).toContain('not JSON');
  });

  it('in which there is no call is tried again calmer, then by the next model, at last without tools', async () => {
    const hopeless = toolUseFailed('I would rather sing.');
    const sent = stage.playing((_, nth) => (nth < 4 ? hopeless : text('84, in words.')), {
      agents: BOTH,
    });

    const reply = replyIn(await ask(stage.models, { tools, temperature: 0.9 }));

    expect(reply.text).toBe('84, in words.');
    expect(
      sent().map(({ model, temperature, tools: offered }) => [
        model,
        temperature,
        offered !== undefined,
      ]),
    ).toEqual([
      ['big', 0.9, true],
      ['big', 0.2, true],
      ['small', 0.9, true],
      ['small', 0.2, true],
      ['small', 0.2, false],
    ]);
    expect(sent()[1]?.messages?.at(-1)).toMatchObject({ role: 'system' });
  });

  it('that stays unreadable ends as a failure after three repairs', async () => {
    const sent = stage.playing([toolUseFailed('la la la')]);

    expect(failureIn(await ask(stage.models, { tools })).kind).toBe('tool_use_failed');
    expect(sent().length).toBeLessThanOrEqual(4);
  });
});

describe('a field that the server does not take', () => {
  it('is left out from then on', async () => {
    const refusal = status(400, { message: "property 'disable_tool_validation' is unsupported" });
    const sent = stage.playing([refusal, text('ok'), text('ok')]);

    replyIn(await ask(stage.models, { tools }));
    replyIn(await ask(stage.models, { tools }));

    expect(sent().map((body) => body['disable_tool_validation'])).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });
});

describe('reasoning and ids', () => {
  it('gives the reasoning of earlier turns back', async () => {
    const sent = stage.playing([{ kind: 'reply', text: 'ok', reasoning: 'Seven times twelve.' }]);

    const { reasoning } = replyIn(await ask(stage.models));
    const assistant = {
      role: 'assistant',
      content: 'ok',
      ...(reasoning ? { reasoning } : {}),
    } as const;
    await ask(stage.models, { messages: [{ role: 'user', content: 'q' }, assistant] });

    expect(sent()[1]?.messages?.[1]).toMatchObject({ reasoning: 'Seven times twelve.' });
  });

  it('gives calls without an id, and calls that share one, ids of their own', async () => {
    const call = { name: 'calculator', args: {} };
    stage.playing([
      {
        kind: 'reply',
        calls: [
          { ...call, id: null },
          { ...call, id: 'x' },
          { ...call, id: 'x' },
        ],
      },
    ]);

    const ids = replyIn(await ask(stage.models, { tools })).toolCalls.map(({ id }) => id);

    expect(ids).toEqual(['leader_1_0', 'x', 'leader_1_2']);
  });

  it('gives a call a new id when an earlier turn has used it', async () => {
    stage.playing([{ kind: 'reply', calls: [{ name: 'calculator', args: {}, id: 'call_0' }] }]);
    const earlier = {
      role: 'tool',
      toolCallId: 'call_0',
      name: 'calculator',
      content: '84',
    } as const;

    const [call] = replyIn(await ask(stage.models, { tools, messages: [earlier] })).toolCalls;

    expect(call?.id).toBe('leader_1_0');
  });

  it.each([
    ['nothing', '', {}],
    ['null', 'null', {}],
    ['an object in a string', '"{\\"expression\\":\\"1\\"}"', { expression: '1' }],
  ])('reads arguments that are %s', async (_, args, expected) => {
    stage.playing([{ kind: 'reply', calls: [{ name: 'calculator', args }] }]);

    expect(replyIn(await ask(stage.models, { tools })).toolCalls[0]?.input).toEqual(expected);
  });

  it.each(['{"expression": ', '[1, 2]', '"words"', '7'])(
    'says what is wrong with arguments like %s',
    async (args) => {
      stage.playing([{ kind: 'reply', calls: [{ name: 'calculator', args }] }]);

      const [call] = replyIn(await ask(stage.models, { tools })).toolCalls;

      expect(call).toMatchObject({ input: {} });
      expect(call?.invalid).toMatch(/not JSON|not a JSON object/);
    },
  );

  it('finds the tool under the markup that models let leak into its name', async () => {
    stage.playing([
      { kind: 'reply', calls: [{ name: 'functions.calculator<|channel|>commentary', args: {} }] },
    ]);

    expect(replyIn(await ask(stage.models, { tools })).toolCalls[0]?.name).toBe('calculator');
  });

  it('keeps the text of a reply that filled its room, and says so', async () => {
    stage.playing([
      {
        kind: 'sse',
        events: [chunk({ content: 'As I was say' }), lastChunk('length')],
        stop: 'done',
      },
    ]);

    const result = await ask(stage.models, { draftTurn: 1 }, { onDelta() {} });

    expect(replyIn(result)).toMatchObject({ text: 'As I was say', finish: 'length' });
  });
});
