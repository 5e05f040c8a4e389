import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '../../src/bridge/split-text.ts';

describe('a text for a platform', () => {
  it('that fits stays whole', () => {
    expect(splitText('Short.', 200)).toEqual(['Short.']);
  });

  it('is cut between lines where it can be, and the line break goes', () => {
    const [first, second] = ['a'.repeat(120), 'b'.repeat(120)];

    expect(splitText(`${first}\n${second}`, 200)).toEqual([first, second]);
  });

  it('is cut between words where there is no line', () => {
    const parts = splitText('word '.repeat(100).trim(), 200);

    expect(parts.every((part) => /^( ?word)+$/.test(part))).toBe(true);
  });

  it('closes a block of code that is cut, and opens it again in the next part', () => {
    const parts = splitText(`\`\`\`js\n${'code();\n'.repeat(50)}\`\`\`\nDone.`, 200);

    for (const part of parts.slice(0, -1)) {
      expect(part).toMatch(/^```js\n[\s\S]*\n```$/);
    }
    expect(parts.at(-1)).toContain('Done.');
  });

  it('that is blank has no parts', () => {
    expect(splitText(' \n ', 200)).toEqual([]);
  });

  it('keeps every character that is seen, never halves one, and every part fits', () => {
    const anyText = fc.string({ unit: 'grapheme', maxLength: 2_000 });
    const lines = fc.array(fc.oneof(anyText, fc.constant('```'), fc.constant('```ts')));
    const seen = (text: string): string => text.replace(/\s|```(ts)?/g, '');

    fc.assert(
      fc.property(lines, fc.integer({ min: 200, max: 400 }), (texts, maxChars) => {
        const text = texts.join('\n').toWellFormed();
        const parts = splitText(text, maxChars);
        expect(Math.max(0, ...parts.map(({ length }) => length))).toBeLessThanOrEqual(maxChars);
        expect(parts.every((part) => part.isWellFormed() && part.trim() !== '')).toBe(true);
        expect(seen(parts.join(''))).toBe(seen(text));
      }),
      { numRuns: 100 },
    );
  });
});
