import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readRecording } from '../../src/inspector/read-recording.ts';
import { replay } from '../../src/inspector/replay.ts';
import { summaryOf } from '../../src/inspector/replay-words.ts';

/** One that was made by the recorder of the last program whose machines were of version 1. */
async function older(name: string) {
  const file = new URL(`recordings/machines-1-${name}.json`, import.meta.url);
  const read = readRecording(await readFile(file, 'utf8'));
  if (read.kind === 'refused') throw new Error(read.message);
  return read.recording;
}

it('A run that machines of version 1 have recorded is replayed to the same end where nothing has changed since', async () => {
  const recording = await older('answered');

  const played = replay(recording);

  expect(recording.machinesVersion).toBe(1);
  expect(played).toMatchObject({ diverges: undefined, outcome: recording.outcome });
  expect(summaryOf(played).join()).toMatch(
    /machines 1 then, \d+ now.*every step leads where it led/,
  );
});

it('One that they have recorded otherwise is replayed, too, and the first step that leads elsewhere is named', async () => {
  const played = replay(await older('delegated'));

  const [run, , verdict] = summaryOf(played);

  expect(run).toMatch(/machines 1 then, \d+ now$/);
  expect(verdict).toBe(
    'goes otherwise from step 3 on: it led to working.acting.tools.done & working.acting.members.working then, and leads to working.acting.waiting now',
  );
  expect(played.frames).toHaveLength(played.recording.steps.length);
});
