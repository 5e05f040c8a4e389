import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import type { ToolResult } from '../../machines/ports.ts';
import {
  answersOf,
  batchOf,
  errorsOf,
  sourcesOf,
  withSources,
} from '../../machines/turn/tool-batch.ts';
import { afterActing, openingOf, shortened, textOf } from '../../machines/turn/transcript.ts';
import { aCall, aReply, aRun } from '../../src/testing/builders.ts';

const returned = (content: string, ...urls: readonly string[]): ToolResult => ({
  kind: 'returned',
  content,
  sources: urls.map((url) => ({ title: url, url })),
});
const failed: ToolResult = { kind: 'failed', failure: failure('timeout', 'Too slow.') };

describe('a transcript', () => {
  it('opens with the instructions, then the history, then the question', () => {
    const history = [{ role: 'user', content: 'before' }] as const;
    expect(openingOf('Be brief.', history, 'now').map(({ content }) => content)).toEqual([
      'Be brief.',
      'before',
      'now',
    ]);
  });

  it('answers every call in the order asked, whatever the order of the answers', () => {
    const [a, b] = [aCall('a'), aCall('b')];
    const reply = aReply({ text: 'Let me see.', toolCalls: [a, b] });
    const after = afterActing([], reply, [
      { call: b, content: 'B' },
      { call: a, content: 'A' },
    ]);
    expect(after).toEqual([
      { role: 'assistant', content: 'Let me see.', toolCalls: [a, b] },
      { role: 'tool', toolCallId: 'a#0', name: 'a', content: 'A' },
      { role: 'tool', toolCallId: 'b#0', name: 'b', content: 'B' },
    ]);
  });

  it('answers a call that nothing came of', () => {
    const after = afterActing([], aReply({ toolCalls: [aCall('a')] }), []);
    expect(after.at(-1)).toMatchObject({ role: 'tool', content: 'Not done.' });
  });

  it('gives two calls that share an id each its own answer', () => {
    const [first, second] = [aCall('a', { n: 1 }, 'same'), aCall('a', { n: 2 }, 'same')];
    const after = afterActing([], aReply({ toolCalls: [first, second] }), [
      { call: first, content: 'one' },
      { call: second, content: 'two' },
    ]);
    expect(after.slice(1).map(({ content }) => content)).toEqual(['one', 'two']);
  });

  it('hands the reasoning back inside a tool loop and has no such entry without it', () => {
    const toolCalls = [aCall('a')];
    const [spoken] = afterActing([], aReply({ toolCalls, reasoning: 'hm' }), []);
    expect(spoken).toMatchObject({ reasoning: 'hm' });
    const [plain] = afterActing([], aReply({ toolCalls }), []);
    expect(plain).not.toHaveProperty('reasoning');
  });

  it('leaves the transcript it was given as it was', () => {
    const before = openingOf('i', [], 'q');
    afterActing(before, aReply({ toolCalls: [aCall('a')] }), []);
    expect(before).toHaveLength(2);
  });
});

describe('long text', () => {
  it('is left alone when it fits to the last character', () => {
    expect(shortened('12345', 5)).toBe('12345');
  });

  it('is cut, and says how much is missing', () => {
    expect(shortened('1234567', 5)).toBe('12345\n[2 more characters were cut]');
  });

  it('is never cut within a character', () => {
    expect(shortened('ab😀cd', 3)).toBe('ab\n[4 more characters were cut]');
    expect(shortened('ab😀cd', 4)).toBe('ab😀\n[2 more characters were cut]');
  });
});

describe('a batch of tool calls', () => {
  const calls = [aCall('a'), aCall('b')];
  const origin = { run: aRun(), agent: 'leader', stepKey: 'leader/1' };

  it('pays from one purse', () => {
    const purse = { tokens: 9 };
    const [first, second] = batchOf(calls, { ...origin, purse });
    expect(first?.purse).toBe(purse);
    expect(second?.purse).toBe(purse);
  });

  it('names each call by its place in its step', () => {
    const batch = batchOf(calls, { ...origin, purse: { tokens: 9 } });
    expect(batch.map(({ stepKey, call }) => [stepKey, call.name])).toEqual([
      ['leader/1/0', 'a'],
      ['leader/1/1', 'b'],
    ]);
  });

  it('tells the model what went wrong, and what was not done', () => {
    const answers = answersOf([...calls, aCall('c')], [returned('fine'), failed], 100);
    expect(answers.map(({ content }) => content)).toEqual([
      'fine',
      'Error (timeout): Too slow.',
      'Not done.',
    ]);
  });

  it('shortens each answer by itself', () => {
    const [first] = answersOf(calls, [returned('x'.repeat(30))], 10);
    expect(first?.content).toBe(`${'x'.repeat(10)}\n[20 more characters were cut]`);
  });

  it('reports the errors by their message', () => {
    expect(errorsOf([returned('x'), failed])).toEqual(['Too slow.']);
    expect(textOf(failed)).toBe('Error (timeout): Too slow.');
  });
});

describe('sources', () => {
  const known = [{ title: 'A', url: 'https://a' }];

  it('are kept once per address', () => {
    const more = sourcesOf([returned('x', 'https://a', 'https://b'), returned('y', 'https://b')]);
    expect(withSources(known, more).map(({ url }) => url)).toEqual(['https://a', 'https://b']);
  });

  it('are twenty at most, the first ones', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ title: '', url: `https://${n}` }));
    const kept = withSources(known, many);
    expect(kept).toHaveLength(20);
    expect(kept.at(-1)?.url).toBe('https://18');
  });

  it('are the same list when nothing new came', () => {
    expect(withSources(known, sourcesOf([failed, { kind: 'returned', content: 'x' }]))).toBe(known);
  });
});
