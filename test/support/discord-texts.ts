import fc from 'fast-check';
import { contentOf, splitMarkdown } from '../../src/discord/text/split.ts';

/** What models write and what breaks naive splitters. */
const FRAGMENTS = [
  ...[
    'word',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '. ',
    '# ',
    '- ',
    '1. ',
    '  ',
    '> ',
    '**',
    '||',
    '\\',
    '\r\n',
  ],
  ...['`', '``', '```', '```js\n', '\n```\n', '`code`', '``a`b``', '~~~'],
  ...[
    '<@123456789012345678>',
    '<@&123456789012345678>',
    '<#123456789012345678>',
    '<:tea:123456789012345678>',
  ],
  ...['<t:1700000000:R>', '</ask:123456789012345678>', '<', '>', '[', ']', '(', ')', ']('],
  ...[
    'https://example.org/a/b?c=d',
    '[a link](https://example.org)',
    '<https://example.org/quiet>',
  ],
  ...['| a | b |\n', '|---|---|\n', '| 1 | 2 |\n', '- item\n  goes on\n', '@everyone', '@Ada'],
  ...[
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    '👍🏽',
    'é',
    'e\u0301',
    'ก็็็',
    '한국어',
    'שלום',
    '\u200d',
    '\u0301',
    '\u{1f3fd}',
  ],
  ...['x'.repeat(90), 'wort '.repeat(20), '\n'.repeat(30), ' '.repeat(70)],
] as const;

/** Any order of the above. */
export const wildTexts = fc
  .array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 80 })
  .map((fragments) => fragments.join(''));

/** Room for one message. */
export const rooms = fc.integer({ min: 100, max: 400 });

/** Texts that a careless reader takes ages for, each of about so many characters. */
export const hostileTexts = (chars: number): readonly (readonly [string, string])[] =>
  Object.entries({
    'backticks only': '`',
    'runs of backticks that nothing closes': '` `` ``` ```` ',
    'fences at every line': '```\n',
    'opened brackets': '[',
    'half a masked link': '[a](',
    'opened angles': '<@',
    'links that never end': 'https://',
    'one endless character': '\u0301',
    flags: '🇩🇪',
    'blanks only': ' ',
    'line breaks only': '\n',
    'items of a list': '- a\n',
    'one endless table': '|a|b|\n',
    signs: '@',
    'half a name with an id': '@Ada(',
  }).map(([what, unit]) => [what, unit.repeat(Math.ceil(chars / unit.length))]);

/** What is wrong with how a text is cut; empty when nothing is. */
export function faultsOfSplit(text: string, maxChars: number): readonly string[] {
  const pieces = splitMarkdown(text, maxChars);
  const bodies = pieces.map(({ body }) => body);
  const contents = pieces.map(contentOf).filter((content) => content !== '');
  return [
    ...(bodies.join('') === text ? [] : ['the bodies are not the text']),
    ...contents.flatMap((content) => faultsOfMessage(content, text, maxChars)),
    ...cutCharacters(text, bodies),
  ];
}

function faultsOfMessage(content: string, text: string, maxChars: number): readonly string[] {
  const faults = {
    'more units than fit': content.length > maxChars,
    'more code points than fit': [...content].length > maxChars,
    'a blank message': content.trim() === '',
    'half a character': text.isWellFormed() && !content.isWellFormed(),
    'a fence left open': isLeftOpen(content) && !isLeftOpen(text),
  };
  return Object.entries(faults).flatMap(([fault, isSo]) => (isSo ? [fault] : []));
}

/** Discord's own rules for code: blocks, and code within a line. */
const CODE = /```(?:[a-z0-9_+\-.#]+?\n)?\n*[^\n][\s\S]*?\n*```|(`+)[\s\S]*?[^`]\1(?!`)/gi;
const isLeftOpen = (text: string): boolean => text.replace(CODE, '').includes('```');

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** A character of more units than that may be cut. */
const LONG_CHARACTER = 40;

function cutCharacters(text: string, bodies: readonly string[]): readonly string[] {
  if (bodies.length < 2) return [];
  const cuts = new Set<number>();
  let at = 0;
  for (const body of bodies) {
    at += body.length;
    cuts.add(at);
  }
  const faults: string[] = [];
  for (const { index, segment } of segmenter.segment(text)) {
    if (segment.length < 2 || segment.length > LONG_CHARACTER) continue;
    for (let within = index + 1; within < index + segment.length; within++) {
      if (cuts.has(within)) faults.push(`${JSON.stringify(segment)} is cut`);
    }
  }
  return faults;
}
