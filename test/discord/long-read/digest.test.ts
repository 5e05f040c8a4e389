import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../../machines/failure.ts';
import { ChannelId, UserId } from '../../../machines/ids.ts';
import type { ModelRequest } from '../../../machines/ports.ts';
import type { ContextRecord } from '../../../machines/question.ts';
import { digest, partsOf } from '../../../src/discord/long-read/digest.ts';
import { type Script, scriptedModel } from '../../../src/model/scripted.ts';
import { silentLog } from '../../../src/shared/log.ts';

const asker = { userId: UserId('discord:1'), channelId: ChannelId('discord:2') };
const { signal } = new AbortController();

const aRecord = (id: number, content: string): ContextRecord => ({
  kind: 'message',
  id: String(id),
  authorId: '9',
  author: 'Bob',
  time: '2026-05-01T10:00:00Z',
  content,
});

/** So many messages, of so many characters each. */
const aStretch = (count: number, chars: number): readonly ContextRecord[] =>
  Array.from({ length: count }, (_, n) => aRecord(n, `${n} `.padEnd(chars, 'x')));

/** What is made of a stretch, and what the model was asked for it. */
async function digested(records: readonly ContextRecord[], script?: Script) {
  const asked: ModelRequest[] = [];
  const model = scriptedModel((request, nth) => {
    asked.push(request);
    return typeof script === 'function' ? script(request, nth) : { kind: 'say', text: 'Short.' };
  });
  const notes = await digest(records, asker, { model, log: silentLog, signal });
  return { notes, asked };
}

describe('a long stretch of a channel', () => {
  it('is shown as it is where it fits, and asks no model', async () => {
    const records = aStretch(100, 100);

    const { notes, asked } = await digested(records);

    expect(notes).toEqual(records);
    expect(asked).toEqual([]);
  });

  it('is read in parts by the model of the channel reader, and shown as notes, oldest first', async () => {
    const { notes, asked } = await digested(aStretch(600, 200));

    expect([...new Set(asked.map(({ agent }) => agent))]).toEqual(['chat']);
    expect(asked.length).toBe(notes.length);
    expect(notes.map(({ author }) => author)).toEqual(
      notes.map(() => expect.stringMatching(/^notes on \d+ messages$/)),
    );
    const counts = notes.map(({ author = '' }) => Number(author.replace(/\D/g, '')));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(600);
    expect(notes.map(({ id }) => Number(id))).toEqual(
      notes.map(({ id }) => Number(id)).toSorted((a, b) => a - b),
    );
  });

  it('costs ten parts at most: the oldest messages are left out, and said to be missing', async () => {
    const { notes, asked } = await digested(aStretch(1_000, 900));

    expect(asked).toHaveLength(10);
    expect(notes).toHaveLength(11);
    expect(notes[0]?.skipped).toMatch(/^\d+ messages from here on: There was more/);
    expect(JSON.stringify(asked.at(-1)?.messages)).toContain('999 xxx');
  });

  it('says which part the model could not read, and goes on with the others', async () => {
    let reads = 0;
    const { notes } = await digested(aStretch(300, 200), () => {
      reads += 1;
      if (reads > 1) return { kind: 'say', text: 'Short.' };
      return { kind: 'fail', failure: failure('bad_request', 'no') };
    });

    expect(notes.map(({ content, skipped }) => skipped ?? content)).toEqual([
      expect.stringContaining('The model could not read it.'),
      ...notes.slice(1).map(() => 'Short.'),
    ]);
  });

  it('carries what its notes have cost, so that the run they are for counts it', async () => {
    const { notes, asked } = await digested(aStretch(600, 200));

    const calls = notes.map(({ usage }) => usage?.calls);
    expect(calls).toEqual(asked.map(() => 1));
  });

  it('without a model is its newest part, and says what is missing', async () => {
    const options = { model: undefined, log: silentLog, signal };
    const shown = await digest(aStretch(600, 200), asker, options);

    expect(shown[0]?.skipped).toContain('There was more');
    expect(shown.at(-1)?.content).toContain('599 ');
    expect(shown.length).toBeLessThan(150);
  });

  it('is cut between messages, whatever their lengths, and nothing of it is lost', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 2_000 }), (chars, max) => {
        const records = chars.map((length, n) => aRecord(n, 'x'.repeat(length)));
        const parts = partsOf(records, max);
        expect(parts.flat()).toEqual(records);
        for (const part of parts) {
          const size = part.reduce((sum, { content }) => sum + content.length + 43, 0);
          expect(part.length === 1 || size <= max).toBe(true);
        }
      }),
    );
  });
});
