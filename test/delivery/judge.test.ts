import { describe, expect, it } from 'vitest';
import { answerTo, judge, PART_CHARS } from '../../proof/kill9-judge.ts';
import { splitText } from '../../src/bridge/split-text.ts';
import type { Posted } from '../support/fake-chat.ts';

const posts = (n: number, contents: readonly string[]): readonly Posted[] =>
  contents.map((content, part) => ({
    id: `ours-${n}-${part}`,
    channelId: 'lobby',
    replyTo: `m${n}`,
    content,
    nonce: `nonce-${n}-${part}`,
  }));

const NOTHING = { answered: 0, excused: 0, lost: 0, partial: 0, doubled: 0 };
/** An answer of several parts. */
const LONG = 11;
const whole = splitText(answerTo(LONG), PART_CHARS);
/** What the judge says of the last of so many questions, the others being answered in one part. */
const fateOf = (parts: readonly Posted[]) => {
  const others = Array.from({ length: LONG - 1 }, (_, n) => posts(n + 1, [answerTo(n + 1)])).flat();
  const { answered, ...rest } = judge([...others, ...parts], LONG);
  return { ...rest, answered: answered - (LONG - 1) };
};

describe('the judge of the kill proof', () => {
  it('passes a whole answer, in all its parts', () => {
    expect(whole.length).toBeGreaterThan(1);
    expect(fateOf(posts(LONG, whole))).toEqual({ ...NOTHING, answered: 1 });
  });

  it('passes a polite refusal', () => {
    expect(fateOf(posts(LONG, ['Everyone is busy.']))).toEqual({ ...NOTHING, excused: 1 });
  });

  it('sees a question without an answer', () => {
    expect(fateOf([])).toEqual({ ...NOTHING, lost: 1 });
  });

  it('sees an answer that lacks a part, be it the first, and one whose parts are out of order', () => {
    const fates = [whole.slice(0, -1), whole.slice(1), [...whole].reverse()].map((parts) =>
      fateOf(posts(LONG, parts)),
    );

    expect(fates).toEqual(Array(3).fill({ ...NOTHING, partial: 1 }));
  });

  it('sees what was said twice, whether under the same nonce or under another one', () => {
    const once = posts(LONG, whole);

    const fates = [
      [...once, ...once.slice(0, 1)],
      posts(LONG, [...whole, ...whole]),
      posts(LONG, [...whole, 'Everyone is busy.']),
    ].map(fateOf);

    expect(fates).toEqual(Array(3).fill({ ...NOTHING, doubled: 1 }));
  });

  it('sees an answer to another question', () => {
    expect(fateOf(posts(LONG, [answerTo(1)]))).toMatchObject({ answered: 0, partial: 1 });
  });
});
