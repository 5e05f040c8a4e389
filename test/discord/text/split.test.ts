import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut } from '../../../src/discord/text/answer.ts';
import { contentOf, splitMarkdown } from '../../../src/discord/text/split.ts';
import { documents, faultsOfDocument } from '../../support/discord-documents.ts';
import { faultsOfSplit, hostileTexts, rooms, wildTexts } from '../../support/discord-texts.ts';

const cut = (text: string, maxChars = 100): readonly string[] =>
  splitMarkdown(text, maxChars)
    .map(contentOf)
    .filter((content) => content !== '');

describe('an answer for Discord', () => {
  it('that fits stays whole, to the last character', () => {
    expect(cut('x'.repeat(100))).toEqual(['x'.repeat(100)]);
    expect(cut('x'.repeat(101))).toHaveLength(2);
  });

  it('is cut between paragraphs rather than lines, and between lines rather than words', () => {
    const [a, b, c] = ['a '.repeat(30).trim(), 'b '.repeat(10).trim(), 'c '.repeat(30).trim()];

    expect(cut(`${a}\n\n${b}\n${c}`)).toEqual([a, `${b}\n${c}`]);
    expect(cut(`${a}\n${c}`)).toEqual([a, c]);
    expect(cut('word '.repeat(40)).every((part) => /^(word ?)+$/.test(part))).toBe(true);
  });

  it('keeps a heading with what it is about', () => {
    const [first, second] = cut(`${'a '.repeat(40)}\n\n## About b\n\n${'b '.repeat(30)}`);

    expect(first).not.toContain('About');
    expect(second).toMatch(/^## About b\n\nb b/);
  });

  it('closes code that is cut, and opens it again in its language', () => {
    const parts = cut(`Look:\n\`\`\`ts\n${'code();\n'.repeat(40)}\`\`\`\nDone.`);

    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts.slice(1, -1)) expect(part).toMatch(/^```ts\n(code\(\);\n)+```$/);
    expect(parts.at(-1)).toMatch(/^```ts\n(code\(\);\n)+```\nDone\.$/);
  });

  it('closes code that its writer has left open', () => {
    expect(cut('```py\nprint(1)')).toEqual(['```py\nprint(1)\n```']);
  });

  it('opens code within a line again, when it is longer than a message', () => {
    const parts = cut(`\`${'x'.repeat(250)}\``);

    expect(parts).toHaveLength(3);
    for (const part of parts) expect(part).toMatch(/^`x+`$/);
  });

  it.each([
    ['a link', 'https://example.org/a/path/that/goes/on?and=on'],
    ['a masked link', '[a link with words](https://example.org)'],
    ['a mention', '<@123456789012345678>'],
    ['a custom emoji', '<a:party_parrot_of_ours:123456789012345678>'],
    ['code within a line', '`npm run a thing -- --with words`'],
    ['a table', '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |'],
    ['an item of a list', '- one item that\n  goes on in a second line'],
    ['a family', '👩‍👩‍👧‍👦'],
  ])('never cuts %s, wherever it stands', (_what, whole) => {
    for (let before = 1; before < 120; before++) {
      const parts = cut(`${'w '.repeat(before)}\n${whole}\nand on`);
      expect(parts.filter((part) => part.includes(whole))).toHaveLength(1);
    }
  });

  it('cuts a link that no message has room for, and loses none of it', () => {
    const link = `https://example.org/${'a'.repeat(300)}`;

    expect(cut(link).join('')).toBe(link);
  });

  it('of more than five messages is its beginning and a file', () => {
    const long = 'A sentence of some length. '.repeat(500);
    const { messages, file } = layOut(long, 'The rest is in the file.');

    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^A sentence[\s\S]*\n\n\*The rest is in the file\.\*$/);
    expect(messages[0]?.length).toBeLessThanOrEqual(2_000);
    expect(file).toEqual({ name: 'answer.md', content: long });
  });

  it('of five messages is no file', () => {
    expect(layOut('word '.repeat(1_900), 'more')).toMatchObject({ messages: { length: 5 } });
  });

  it('loses nothing, halves nothing and leaves nothing open, whatever it is made of', () => {
    fc.assert(
      fc.property(wildTexts, rooms, (text, room) => {
        expect(faultsOfSplit(text, room)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps whole what belongs together in any document', () => {
    fc.assert(
      fc.property(documents, rooms, (document, room) => {
        expect(faultsOfDocument(document, room)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.each(hostileTexts(500_000))('takes no time to speak of for %s', (_what, text) => {
    const bodies = splitMarkdown(text, 2_000).map(({ body }) => body);

    expect(bodies.join('').length).toBe(text.length);
  });
});
