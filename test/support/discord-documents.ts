import fc from 'fast-check';
import { contentOf, splitMarkdown } from '../../src/discord/text/split.ts';

/** A text, and what of it must be found whole in one of its messages. */
export interface Document {
  readonly text: string;
  readonly wholes: readonly string[];
}

const id = fc.integer({ min: 0, max: 99 }).map((n) => `1234567890123456${10 + n}`.slice(-18));
const word = fc.constantFrom(
  'tea',
  'déjà',
  'vu',
  'the',
  'quick',
  '한국어',
  '👩‍👩‍👧‍👦',
  '🇩🇪🇫🇷',
  'x'.repeat(30),
);
const atom = fc.oneof(
  id.map((n) => `<@${n}>`),
  id.map((n) => `<#${n}>`),
  id.map((n) => `<a:party:${n}>`),
  id.map((n) => `[a masked link](https://example.org/${n})`),
  id.map((n) => `https://example.org/a/long/way/${n}?q=1`),
  id.map((n) => `\`code with words ${n}\``),
  id.map((n) => `<t:${n.slice(0, 10)}:R>`),
);

const paragraph = fc
  .array(fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: atom }), {
    minLength: 3,
    maxLength: 60,
  })
  .map((words) => ({
    text: words.join(' '),
    wholes: words.filter((one) => /[<[`]|https/.test(one)),
  }));
const item = fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => {
  const text = `- ${words.join(' ')}\n  ${words.join(' ')}`;
  return { text, wholes: text.length <= 90 ? [text] : [] };
});
const table = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => {
  const text = ['| a | b |', '|---|---|', ...words.map((one) => `| ${one} | 1 |`)].join('\n');
  return { text, wholes: text.length <= 90 ? [text] : [] };
});
const code = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => ({
  text: `\`\`\`js\n${words.map((one) => `say("${one}");`).join('\n')}\n\`\`\``,
  wholes: words.map((one) => `say("${one}");`),
}));

/** What a model writes when it minds its Markdown. */
export const documents: fc.Arbitrary<Document> = fc
  .array(fc.oneof(paragraph, item, table, code), { minLength: 1, maxLength: 12 })
  .map((blocks) => ({
    text: blocks.map(({ text }) => text).join('\n\n'),
    wholes: blocks.flatMap(({ wholes }) => wholes),
  }));

/** What of a document has been cut apart or left open. */
export function faultsOfDocument({ text, wholes }: Document, maxChars: number): readonly string[] {
  const contents = splitMarkdown(text, maxChars).map(contentOf);
  const faults: string[] = [];
  for (const whole of new Set(wholes)) {
    if (!contents.some((content) => content.includes(whole))) faults.push(`${whole} is cut`);
  }
  for (const content of contents) {
    const fences = content.split('\n').filter((line) => line.startsWith('```'));
    const isPaired = fences.every((fence, nth) => fence === (nth % 2 === 0 ? '```js' : '```'));
    if (!isPaired || fences.length % 2 === 1) faults.push(`fences: ${fences.join(' ')}`);
  }
  return faults;
}
