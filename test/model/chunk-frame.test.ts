import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkFrame } from '../../src/model/chunk-frame.ts';

const chunkOf = (delta: object, more: object = {}): string =>
  JSON.stringify({ id: 'c1', choices: [{ index: 0, delta, finish_reason: null }], ...more });
const WORD = chunkOf({ content: 'Fog' });
const frame = (data = WORD, text = 'Fog'): ChunkFrame | undefined => ChunkFrame.of(data, text);

describe('a chunk in the frame of the one before it', () => {
  it('is read as a parser reads it, whatever its text is', () => {
    const known = frame();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        expect(known?.textIn(chunkOf({ content: text }))).toBe(text);
      }),
    );
  });

  it('is known by spaces between its parts too', () => {
    const spaced = (text: string) =>
      `{"choices": [{"delta": {"role": "assistant", "content": "${text}"}, "index": 0}]}`;

    expect(frame(spaced('Fog'))?.textIn(spaced(' horn\\n'))).toBe(' horn\n');
  });
});

describe('nothing is read without a parser from', () => {
  it.each([
    ['another chunk', chunkOf({ content: 'horn' }, { x_groq: { id: 'r1' } })],
    ['a chunk without a text', chunkOf({ content: '' })],
    ['a chunk that adds to its delta', chunkOf({ content: 'horn', reasoning: 'why' })],
    ['a chunk with a second text', WORD.replace('"Fog"', '"Fog","content":"horn"')],
    ['a chunk that is no JSON', WORD.replace('"Fog"', '"Fog\\"')],
    ['a chunk with a bare line end', WORD.replace('"Fog"', '"Fog\n"')],
    ['a part of the frame', WORD.slice(0, -1)],
    ['both ends of a frame that overlap', '{"content":"x"}'],
    ['the end of the stream', '[DONE]'],
  ])('%s', (_, data) => {
    expect(frame()?.textIn(data)).toBeUndefined();
  });

  it.each([
    ['is a part of the content', chunkOf({ content: [{ type: 'text', text: 'Fog' }] })],
    ['comes before the one that counts', WORD.replace('"Fog"', '"Fog","content":"Fog"')],
    ['is that of another choice', '{"choices":[{"delta":{}},{"delta":{"content":"Fog"}}]}'],
    ['is in a longer name', WORD.replace('"content"', '"a\\"content"')],
    ["is not the delta's", '{"content":"Fog","choices":[{"delta":{"content":"Fog"}}]}'],
  ])('a frame whose text %s', (_, data) => {
    const other = data.replace('Fog', 'horn');

    expect(frame(data)?.textIn(other)).toBeUndefined();
  });

  it('a frame whose own text had to be quoted', () => {
    expect(frame(chunkOf({ content: 'Fog\n' }), 'Fog\n')).toBeUndefined();
  });
});
