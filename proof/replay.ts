import { readRecording } from '../src/inspector/read-recording.ts';
import type { RecordedStep, Recording } from '../src/inspector/recording.ts';
import { type Replay, replay } from '../src/inspector/replay.ts';
import { withoutTexts } from '../src/inspector/without-texts.ts';
import { CANARY, recordRandomRun } from '../test/support/random-runs.ts';
import { readOptions } from './options.ts';

/**
 * Records runs drawn from a seed, with faults and delegations, writes each recording down, reads it again and steps it
 * through the pure machines: every step must lead to the same states, and the run to the same outcome. The same once
 * more with the texts left out, of which none may be found. The last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ runs: 200, seed: 1 });
const started = performance.now();
const sum = { recorded: 0, replayed: 0, replayedWithoutTexts: 0, steps: 0, members: 0, leaked: 0 };
const ends = new Map<string, number>();

for (let seed = numbers.seed; sum.recorded < numbers.runs; seed++) {
  for (const recording of await recordRandomRun(seed)) {
    if (sum.recorded === numbers.runs) break;
    check(recording, seed);
  }
}

function check(recording: Recording, seed: number): void {
  const end = recording.outcome?.kind ?? recording.end;
  ends.set(end, (ends.get(end) ?? 0) + 1);
  sum.recorded += 1;
  sum.steps += recording.steps.length;
  sum.members += recording.steps.filter(isMemberStart).length;
  const whole = replay(writtenAndRead(recording));
  const isSame = JSON.stringify(whole.outcome) === JSON.stringify(recording.outcome);
  sum.replayed += isFaithful(whole, seed) && isSame ? 1 : 0;
  const veiled = withoutTexts(recording);
  sum.leaked += JSON.stringify(veiled).split(CANARY).length - 1;
  const bare = replay(writtenAndRead(veiled));
  const isAlike = shapeOf(bare) === shapeOf(whole);
  sum.replayedWithoutTexts += isFaithful(bare, seed) && isAlike ? 1 : 0;
}

function isMemberStart({ kind, actor }: RecordedStep): boolean {
  return kind === 'began' && actor.startsWith('member');
}

function writtenAndRead(recording: Recording): Recording {
  const read = readRecording(JSON.stringify(recording));
  if (read.kind === 'refused') throw new Error(read.message);
  return read.recording;
}

function isFaithful({ diverges, recording }: Replay, seed: number): boolean {
  if (diverges === undefined) return true;
  const { number, step, divergence } = diverges;
  console.error(
    `seed ${seed}, texts ${recording.texts}, step ${number} of ${step.actor}: ${divergence}`,
  );
  return false;
}

/** An outcome but for its texts. */
function shapeOf({ outcome }: Replay): string {
  const isText = (key: string): boolean =>
    ['text', 'task', 'message', 'title', 'url'].includes(key);
  return JSON.stringify(outcome, (key, value) => (isText(key) ? '' : value)) ?? 'none';
}

for (const [end, times] of [...ends].sort(([a], [b]) => a.localeCompare(b))) {
  console.error(`${String(times).padStart(6)}  ${end}`);
}
const { recorded, replayed, replayedWithoutTexts, leaked } = sum;
const ok = replayed === recorded && replayedWithoutTexts === recorded && leaked === 0;
const secs = Math.round((performance.now() - started) / 100) / 10;
console.log(JSON.stringify({ suite: 'replay', seed: numbers.seed, ok, ...sum, secs }));
if (!ok) process.exitCode = 1;
