import type { RunOutcome } from '../../machines/question.ts';
import { readRecording } from '../inspector/read-recording.ts';
import { replay } from '../inspector/replay.ts';
import { wordsOf } from '../inspector/replay-words.ts';

/** What the machines of today make of a recorded run. */
export interface Replayed {
  /** Who heard what, and where it led, step by step: `leader0 begins → working.recalling`. */
  readonly path: readonly string[];
  /** `undefined` when its leader did not come to its end. */
  readonly outcome: RunOutcome | undefined;
  /** How the first step that went otherwise did so; `undefined` when none did. */
  readonly divergence: string | undefined;
}

/** Steps a recording (the text of its file) through the machines. Throws `TypeError` on what is no recording. */
export function replayed(text: string): Replayed {
  const read = readRecording(text);
  if (read.kind === 'refused') throw new TypeError(read.message);
  const { frames, outcome, diverges } = replay(read.recording);
  return { path: frames.map(wordsOf), outcome, divergence: diverges?.divergence };
}
