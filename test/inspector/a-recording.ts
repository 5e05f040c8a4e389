import { RunId } from '../../machines/ids.ts';
import {
  createRecorder,
  type EndedRun,
  type RecorderLimits,
} from '../../src/inspector/recorder.ts';
import type { Recording } from '../../src/inspector/recording.ts';
import type { Script } from '../../src/model/scripted.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import type { RosterWishes } from '../../src/testing/builders.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { cast, delegate, say, use } from '../../src/testing/scripts.ts';

/** The leader asks math, which looks something up. */
export const helped = () =>
  cast({
    leader: [delegate({ math: 'Add.' }), say('42')],
    math: [use('look'), say('six')],
  });

interface Wishes {
  readonly script?: Script;
  readonly roster?: RosterWishes;
  readonly limits?: Partial<RecorderLimits>;
  /** Left out: the house keeps the run. */
  readonly unkept?: boolean;
}

/** A house that is recorded. */
export async function aRecordedHouse({
  script = helped(),
  roster = {},
  limits = {},
  unkept = false,
}: Wishes = {}) {
  const ended: Recording[] = [];
  const onEnded = (run: EndedRun) => void ended.push(run.recording());
  const clock = simulatedClock();
  const recorder = createRecorder({ clock, limits, onEnded });
  const house = await aHouse({
    clock,
    recorder,
    script,
    roster,
    ...(unkept ? { runs: undefined } : {}),
  });
  return { house, recorder, ended };
}

/** What was recorded of one question, answered by the book. */
export async function aRecording(wishes: Wishes = {}): Promise<Recording> {
  const { house, recorder } = await aRecordedHouse(wishes);
  const run = await house.ask('ada1');
  while (run.outcome === undefined && house.clock.next()) await house.pass(0);
  const recording = recorder.recordingOf(RunId('ada1'));
  if (recording === undefined) throw new Error('Nothing was recorded.');
  return recording;
}
