import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readLocomo } from '../../bench/recall/locomo.ts';
import { ours, recallOf } from '../../bench/recall/measure.ts';

const FILE = fileURLToPath(new URL('./locomo-shaped.json', import.meta.url));

describe('Conversations in the format of LoCoMo', () => {
  it('are read in the order of their sessions, with the captions of pictures', () => {
    const [dialogue] = readLocomo(FILE);

    expect(dialogue?.turns).toEqual([
      'Mira: Hey Tom, look at this!\na photo of a wooden violin on a table',
      'Tom: Lovely. I bought a telescope on Sunday.',
      'Mira: I sold the red canoe to a neighbour.',
      'Tom: We adopted a beagle called Pepper!',
      'Tom: My sister moved to Lisbon in June.',
    ]);
  });

  it('have a question for each that turns answer: labels as people wrote them, none without an answer', () => {
    const [dialogue] = readLocomo(FILE);

    expect(dialogue?.questions.map(({ evidence }) => evidence)).toEqual([[1], [0], [2, 3], [4]]);
  });

  it('are measured by the share of their evidence that is found', async () => {
    expect(await recallOf(readLocomo(FILE), (dialogue) => ours(dialogue))).toEqual({
      r5: 1,
      r10: 1,
      r20: 1,
    });
  });

  it('that are none are refused with what is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'locomo-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'file.json');

    await writeFile(path, '{"conversation": ');
    expect(() => readLocomo(path)).toThrow('is not JSON');
    await writeFile(path, '[{"conversation": {}, "qa": []}]');
    expect(() => readLocomo(path)).toThrow('"conversation" and "qa" are needed');
  });
});
