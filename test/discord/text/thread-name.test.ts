import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threadName } from '../../../src/discord/text/thread-name.ts';

describe('the name of a thread', () => {
  it.each([
    ['the question itself', 'How tall is it?', 'How tall is it?'],
    ['on one line, without marks of formatting', '# How\n**tall**\tis `it`?', 'How tall is it?'],
    ['without signs that turn the reading direction', 'abc\u202edef\u200b', 'abcdef'],
    ['that of whoever asks, where there are no words', '??? \u202e', 'Ada'],
    ['its first words, where it is long', `${'word '.repeat(30)}`, `${'word '.repeat(19)}word…`],
    ['its beginning, where that is one word', 'x'.repeat(200), `${'x'.repeat(99)}…`],
  ])('is %s', (_, text, name) => {
    expect(threadName(text, 'Ada')).toBe(name);
  });

  it('is one that Discord takes, whatever was asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string(), (text, asker) => {
        const name = threadName(text, asker);
        expect(name.trim()).toBe(name);
        expect(name.isWellFormed()).toBe(true);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(100);
      }),
    );
  });
});
