import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { madeToFit } from '../../machines/turn/overflow.ts';

const TOO_LARGE = { kind: 'failed', failure: failure('too_large', 'It does not fit.') } as const;

const user = (content: string): ChatMessage => ({ role: 'user', content });
const answer = (content: string): ChatMessage => ({ role: 'assistant', content });
const result = (content: string): ChatMessage => ({
  role: 'tool',
  toolCallId: 'a',
  name: 'read',
  content,
});
const SYSTEM: ChatMessage = { role: 'system', content: 'Lead.' };
const LONG = 'x'.repeat(10_000);

const TRANSCRIPT = [
  SYSTEM,
  user('In short: much was said.'),
  user('Earlier question'),
  answer('Earlier answer'),
  user('Notes about the person'),
  user('The question'),
  answer('I look.'),
  result(LONG),
  answer('I look again.'),
  result(LONG),
];

/** Lengths of what is left, step after step, until nothing more can be left out. */
function steps(transcript: readonly ChatMessage[]): readonly (readonly number[])[] {
  const next = madeToFit(transcript, TOO_LARGE);
  if (next === undefined) return [];
  return [next.transcript.map(({ content }) => content.length), ...steps(next.transcript)];
}

describe('A prompt that does not fit', () => {
  it('loses old results of tools first, then much of the fresh ones, then history, and is refused in the end', () => {
    const [first = [], second = [], third = [], ...more] = steps(TRANSCRIPT);

    expect(more).toEqual([]);
    expect([first[7], first[9]]).toEqual([expect.toSatisfy(isShort), LONG.length]);
    expect(second[9]).toBeLessThan(2_100);
    expect(third).toHaveLength(TRANSCRIPT.length - 2);
  });

  it('keeps instructions, summary, notes and question', () => {
    const [, , last] = [1, 2, 3].reduce<(readonly ChatMessage[])[]>(
      (sofar) => [...sofar, madeToFit(sofar.at(-1) ?? TRANSCRIPT, TOO_LARGE)?.transcript ?? []],
      [],
    );

    expect(last?.slice(0, 4)).toEqual([
      SYSTEM,
      user('In short: much was said.'),
      user('Notes about the person'),
      user('The question'),
    ]);
  });

  it('is tried again at once, and nothing is done about other failures', () => {
    const other = { kind: 'failed', failure: failure('server', 'Oh.') } as const;

    expect(madeToFit(TRANSCRIPT, TOO_LARGE)?.step).toEqual({ kind: 'retry', afterMs: 0 });
    expect(madeToFit(TRANSCRIPT, other)).toBeUndefined();
  });
});

const isShort = (length: unknown): boolean => typeof length === 'number' && length < 400;
