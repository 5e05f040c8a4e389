import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { afterActing } from '../../machines/turn/transcript.ts';
import { createDemoModel } from '../../src/model/demo.ts';
import { ANNOUNCEMENT } from '../../src/model/demo-answer.ts';
import { answer, aRequest, aTool, question, reply } from './demo-asks.ts';

describe("The demo model's answer", () => {
  it('says in its first line that no model is configured, and what to do about it', async () => {
    const text = await answer('what is 12*7?', ['84'], { draftTurn: 1 });
    expect(text.split('\n')[0]).toMatch(/^\*Demo mode: no model is configured.*GROQ_API_KEY/);
    expect(text).toContain('`12*7` = 84');
  });

  it('has no announcement in a report to a leader', async () => {
    expect(await answer('Compute 12*7', ['84'])).toBe('`12*7` = 84');
  });

  it('contains every report, and who wrote it', async () => {
    const text = await answer('What is 2^10? What did I say about tea?', [
      'Report of compute:\n`2^10` = 1024',
      'chat failed (timeout): The member did not finish within its deadline.',
    ]);
    expect(text).toBe(
      '- **compute**: `2^10` = 1024\n- **chat** could not do it: The member did not finish within its deadline.',
    );
  });

  it.each([
    ['1/3', '≈ 0.333 (exactly 1/3)', '`1/3` ≈ 0.333 (exactly 1/3)'],
    ['1/0', 'Error (invalid_input): Division by zero.', 'That did not work. Division by zero.'],
    [
      'what is the date',
      '{"at":"2026-03-29T01:30:00+01:00[Europe/Berlin]","weekday":"Sunday"}',
      '2026-03-29 01:30 (Europe/Berlin) is a Sunday.',
    ],
    [
      'days until 2030-01-01',
      '{"from":"2026-03-29T01:30:00+00:00[UTC]","until":"2030-01-01T00:00:00+00:00[UTC]","totalDays":1373.9}',
      'From 2026-03-29 01:30 (UTC) to 2030-01-01 00:00 (UTC) it is 1373.9 days.',
    ],
    ['run [1];', 'Result: [1]', 'The code ran:\n\n```\nResult: [1]\n```'],
    [
      'search the conversation for: tea',
      '{"records":[{"id":"1","at":"2026-01-05T00:00:00Z","author":"user","text":"green\\ntea"}]}',
      'This was said:\n- 2026-01-05, you: “green tea”',
    ],
    [
      'search the conversation for: tea',
      JSON.stringify({
        records: [
          { at: '2026-01-05T00:00:00Z', author: 'team', text: `${ANNOUNCEMENT}\n\nGreen.` },
        ],
      }),
      'This was said:\n- 2026-01-05, the team: “Green.”',
    ],
    [
      'search the conversation for: tea',
      '{"records":[]}',
      'Nothing about that was said in this conversation.',
    ],
  ])('to %j tells what the tool gave: %j', async (text, content, expected) => {
    const tools = ['calculator', 'date_time', 'run_javascript', 'search_chat_history'].map(aTool);
    expect(await answer(text, [content], { tools })).toBe(expected);
  });

  it('is made of what there is when no tools are offered any more', async () => {
    const first = await reply(question('12*7'));
    const messages = afterActing(
      question('12*7'),
      first,
      first.toolCalls.map((call) => ({ call, content: '84' })),
    );
    expect((await reply(messages, { tools: [] })).text).toBe('`12*7` = 84');
  });

  it('is streamed in pieces that make up the whole text, and costs nothing', async () => {
    const pieces: string[] = [];
    const { text, usage, model: name } = await reply(question('hello'), { draftTurn: 1, pieces });
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(text);
    expect({ name, tokens: usage.promptTokens + usage.completionTokens }).toEqual({
      name: 'demo',
      tokens: 0,
    });
  });

  it('is not streamed when nobody reads drafts', async () => {
    const pieces: string[] = [];
    await reply(question('hello'), { pieces });
    expect(pieces).toEqual([]);
  });

  it('ends at once when it is aborted in the middle', async () => {
    const slow = createDemoModel({ clock: new SimulatedClock() });
    const controller = new AbortController();
    const pieces: string[] = [];
    const result = slow.call(aRequest(question('hello'), { draftTurn: 1 }), {
      signal: controller.signal,
      onDelta: (delta) => pieces.push(delta),
    });
    expect(pieces).toHaveLength(1);
    controller.abort();
    expect(await result).toMatchObject({ kind: 'failed', failure: { kind: 'aborted' } });
    expect(pieces).toHaveLength(1);
  });

  it.each([
    'have i '.repeat(1100),
    'what did '.repeat(900),
    '1 +'.repeat(2600),
    '`'.repeat(8000),
    '('.repeat(8000),
    'and '.repeat(2000),
    '⟦0⟧'.repeat(2000),
    'date in 1 '.repeat(800),
  ])('does not take long over hostile text (%#)', async (text) => {
    const startedAt = performance.now();
    await reply(question(text));
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
