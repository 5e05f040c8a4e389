import type { Replay } from './replay.ts';
import { wordsOf } from './replay-words.ts';

/**
 * A vitest file that pins what the machines do now with what this run heard: it goes red when a change of theirs leads
 * the run elsewhere. It reads the recording from the file of that name beside it.
 */
export function asTest({ recording, frames, outcome }: Replay, recordingFile: string): string {
  const steps = frames.map((frame) => `    ${JSON.stringify(wordsOf(frame))},`);
  const name = `run ${recording.run.runId} goes the way it went when it was recorded`;
  return `import { readFileSync } from 'node:fs';
import { replayed } from 'troupe/testing';
import { expect, it } from 'vitest';

it(${JSON.stringify(name)}, () => {
  const recording = new URL(${JSON.stringify(`./${recordingFile}`)}, import.meta.url);

  const { path, outcome } = replayed(readFileSync(recording, 'utf8'));

  expect(path).toEqual([
${steps.join('\n')}
  ]);
  expect(outcome?.kind).toBe(${JSON.stringify(outcome?.kind)});
});
`;
}
