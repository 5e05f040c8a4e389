import { describe, expect, it } from 'vitest';
import type { ToolSpec } from '../../machines/conversation.ts';
import { leaderTools } from '../../machines/leader/delegation.ts';
import { anAgent, answer, aRoster, aTool, wishes } from './demo-asks.ts';

const ECHO: ToolSpec = {
  name: 'everything__echo',
  description: '',
  parameters: {
    type: 'object',
    properties: { loud: { type: 'boolean' }, message: { type: 'string' } },
    required: ['message'],
  },
};
const MEMBERS = aRoster([
  anAgent('research', 'Finds things out on the web.', []),
  anAgent('code', 'Runs code.', []),
  anAgent('services', 'Uses the services of this house: everything__echo and more.', []),
]);

describe('The demo model that is asked to use a tool', () => {
  it.each([
    ['Use everything__echo with {"message":"a; b? c"}', { message: 'a; b? c' }],
    [
      'please use the everything tool echo with {"message":"hi","loud":true}',
      { message: 'hi', loud: true },
    ],
    ['use tool everything__echo with hello there', { message: 'hello there' }],
    ['Use tool everything__echo', {}],
    ['use everything__echo with {"message":', { message: '{"message":' }],
  ])('uses it when it has it: %s', async (text, input) => {
    expect(await wishes(text, { tools: [ECHO] })).toEqual([['everything__echo', input]]);
  });

  it.each([
    ['Use everything__echo with hi', 'services: Use tool everything__echo with hi'],
    [
      'use everything tool get-sum with {"a":1,"b":2}',
      'services: Use tool everything__get_sum with {"a":1,"b":2}',
    ],
    ['use run_python with 1 + 1', 'code: Use tool run_python with 1 + 1'],
    ['use wikipedia with tea', 'research: Use tool wikipedia with tea'],
    ['List my files', 'code: Use tool files with'],
    ['show me the file notes.txt', 'code: Use tool files with notes.txt'],
    [
      'Run this:\n```python\nprint(1)\n```',
      'code: Run this Python and report what it gives:\n```python\nprint(1)\n```',
    ],
  ])('hands it to whoever has it: %s', async (text, task) => {
    expect(await wishes(text, { tools: leaderTools(MEMBERS) })).toEqual([task]);
  });

  it('reads its own task back as the same wish', async () => {
    const text = 'use everything tool echo with {"message":"hi"}';
    const [task = ''] = await wishes(text, { tools: leaderTools(MEMBERS) });

    const again = await wishes(String(task).replace('services: ', ''), { tools: [ECHO] });

    expect(again).toEqual([['everything__echo', { message: 'hi' }]]);
  });

  it('runs Python where it is told that it is Python', async () => {
    const tools = [aTool('run_python'), aTool('run_javascript')];

    expect(await wishes('```python\nprint(1)\n```', { tools })).toEqual([
      ['run_python', { code: 'print(1)' }],
    ]);
  });

  it('does not take every sentence about using something for one', async () => {
    expect(await wishes('Use a spoon with honey')).toEqual([]);
  });
});

describe('The demo model that is asked who somebody is', () => {
  const tools = [aTool('discord_user')];

  it.each([
    ['Who am I on Discord?', {}],
    ['who am I here', {}],
    ['Who is <@123456789012345678>?', { user_id: '123456789012345678' }],
  ])('looks it up: %s', async (text, input) => {
    expect(await wishes(text, { tools })).toEqual([['discord_user', input]]);
  });

  it('tells it in a sentence', async () => {
    const record = {
      displayName: 'Ada',
      username: 'ada',
      createdAt: '2020-01-02',
      here: { roles: ['admin', 'tea'] },
    };

    expect(await answer('Who am I on Discord?', [JSON.stringify(record)], { tools })).toContain(
      'Ada (@ada), on Discord since 2020-01-02, with the roles admin, tea.',
    );
  });

  it('says that it needs Discord where it is not there', async () => {
    expect(await answer('Who am I on Discord?', [], { tools: [] })).toContain('it needs Discord');
  });
});
