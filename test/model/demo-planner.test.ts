import { describe, expect, it } from 'vitest';
import type { ChatMessage, ToolSpec } from '../../machines/conversation.ts';
import { leaderTools } from '../../machines/leader/delegation.ts';
import { anAgent, answer, aRoster, aTool, question, reply, wishes } from './demo-asks.ts';

describe('The demo model as a leader', () => {
  it.each([
    ['What is 12*7?', ['calculator', { expression: '12*7' }]],
    ['12 plus 7 times 3', ['calculator', { expression: '12 + 7 * 3' }]],
    ['how much is 1,234,567 x 2', ['calculator', { expression: '1234567*2' }]],
    ['the square root of 2?', ['calculator', { expression: 'sqrt(2)' }]],
    ['calculate 7!', ['calculator', { expression: '7!' }]],
    ['What is 20% of 50?', ['calculator', { expression: '20% of 50' }]],
    ['what time is it in Tokyo?', ['date_time', { action: 'now', zone: 'Asia/Tokyo' }]],
    ["what's the date", ['date_time', { action: 'now' }]],
    ['which day is it today?', ['date_time', { action: 'now' }]],
    ['what date is 3 weeks from now', ['date_time', { action: 'add', weeks: 3 }]],
    ['which day was 2 days ago', ['date_time', { action: 'add', days: -2 }]],
    [
      'how many days until 1 March 2030?',
      ['date_time', { action: 'difference', until: '2030-03-01' }],
    ],
    ['How long since October 3, 1990?', ['date_time', { action: 'difference', at: '1990-10-03' }]],
    [
      'days between 2026-01-01 and 2026-03-01',
      ['date_time', { action: 'difference', at: '2026-01-01', until: '2026-03-01' }],
    ],
    ['what weekday is 2028-02-29', ['date_time', { action: 'convert', at: '2028-02-29' }]],
  ])('answers %j with a tool of its own', async (text, call) => {
    expect(await wishes(text)).toEqual([call]);
  });

  it.each([
    [
      'What did I ask about tea and coffee last time?',
      'chat: Search the conversation for: tea and coffee',
    ],
    ['what did we say last time', 'chat: Read the conversation and report its latest messages.'],
    ['Do you remember what I told you about my cat?', 'chat: Search the conversation for: my cat'],
    [
      'run [3, 1].map((n) => n * 2)',
      'code: Run this JavaScript and report what it gives:\n```js\n[3, 1].map((n) => n * 2)\n```',
    ],
    [
      'Run this:\n```js\nlet a = 1;\na?.b\n```',
      'code: Run this JavaScript and report what it gives:\n```js\nlet a = 1;\na?.b\n```',
    ],
  ])('delegates %j to the member of the trade', async (text, task) => {
    expect(await wishes(text)).toEqual([task]);
  });

  it('takes a sum and a look back in one sentence for two wishes', async () => {
    expect(await wishes('what is 12*7 and what did I ask before?')).toEqual([
      'compute: Compute 12*7',
      'chat: Read the conversation and report its latest messages.',
    ]);
  });

  it('delegates the parts of a question side by side, in one reply', async () => {
    expect(
      await wishes('What is 2^10, and then 7 * 6? What day is it? What did I say about tea?'),
    ).toEqual([
      'compute: Compute 2^10',
      'compute: Compute 7 * 6',
      ['date_time', { action: 'now' }],
      'chat: Search the conversation for: tea',
    ]);
  });

  it('asks for the same thing once, and for six things at most', async () => {
    expect(await wishes('1+1? 1+1? 2+2?')).toHaveLength(2);
    const many = Array.from({ length: 9 }, (_, i) => `${i}+1`).join('? ');
    expect(await wishes(many)).toHaveLength(6);
    expect(await answer(many, [])).toContain('3 more parts of the question were left out.');
  });

  it('gives every call of a reply an id of its own', async () => {
    const { toolCalls } = await reply(question('1+1? 2+2? 3+3?'));
    expect(new Set(toolCalls.map((call) => call.id)).size).toBe(3);
  });

  it('asks only whom it is offered, by name or by description', async () => {
    const roster = aRoster([anAgent('newton', 'Good at mathematics.', [])]);
    expect(await wishes('12*7', { tools: leaderTools(roster) })).toEqual(['newton: Compute 12*7']);
    expect(await wishes('run a = [1]', { tools: leaderTools(roster) })).toEqual([]);
  });

  it('finds the members in the description when the schema does not list them', async () => {
    const tool: ToolSpec = {
      name: 'delegate_task_to_member',
      description: 'Members:\n- adder: Does arithmetic.\n- poet: Writes verse.',
      parameters: { type: 'object', properties: { member_id: { type: 'string' } } },
    };
    expect(await wishes('12*7', { tools: [tool] })).toEqual(['adder: Compute 12*7']);
  });

  it('works alone when there are no members', async () => {
    const tools = ['calculator', 'run_javascript', 'read_chat_history'].map(aTool);
    expect(await wishes('1+1? run `[1]`; what did I ask about tea?', { tools })).toEqual([
      ['calculator', { expression: '1+1' }],
      ['run_javascript', { code: '[1]' }],
      ['read_chat_history', {}],
    ]);
  });

  it.each(['hello', 'who was Ada Lovelace?', 'tell me a joke', '???', ''])(
    'says what it can do, with examples, when no rule fits %j',
    async (text) => {
      const { text: said, toolCalls } = await reply(question(text));
      expect(toolCalls).toEqual([]);
      expect(said).toContain('What time is it in Tokyo?');
    },
  );

  it('names what it has no rule for', async () => {
    const { text } = await reply(question('who was Ada Lovelace?'));
    expect(text).toContain('I have no rule for “who was Ada Lovelace”');
    expect(await answer('who was Ada Lovelace and what is 2^10?', ['1024'])).toBe(
      '- 1024\n- I have no rule for “who was Ada Lovelace”.',
    );
  });

  it('says what is missing when nobody has the tool', async () => {
    const { text, toolCalls } = await reply(question('12*7'), { tools: [] });
    expect(toolCalls).toEqual([]);
    expect(text).toContain('it needs a calculator');
  });

  it('only listens to the last question', async () => {
    const messages: readonly ChatMessage[] = [
      ...question('12*7'),
      { role: 'assistant', content: '84' },
      ...question('5+5'),
    ];
    expect((await reply(messages)).toolCalls.map((call) => call.input)).toEqual([
      { expression: '5+5' },
    ]);
  });
});
