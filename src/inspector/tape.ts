import type { AnyEventObject, AnyMachineSnapshot, StateValue } from 'xstate';
import { MACHINES_VERSION } from '../../machines/version.ts';
import { charsIn } from './chars.ts';
import { RECORDING_VERSION, type RecordedStep, type Recording } from './recording.ts';

/** A recording being made. */
export interface Tape {
  readonly header: Pick<Recording, 'run' | 'leader' | 'question' | 'roster'>;
  readonly marks: Mark[];
  /** Session ids of those who are heard, for as long as it is under way. */
  readonly voices: string[];
  stepsLeftOut: number;
  end: Recording['end'];
  outcome: Recording['outcome'];
  /** Counted when it is over. */
  chars: number;
}

/** A step as it is taken down: always of this shape, and filled in when it has led somewhere. */
export interface Mark {
  readonly at: number;
  readonly actor: string;
  /** Left out where the actor came to life. */
  readonly event: AnyEventObject | undefined;
  state: StateValue | undefined;
  status: AnyMachineSnapshot['status'];
  error: string | undefined;
}

/** What a tape takes: its question and its events; the roster is everybody's. */
export function charsOf({ header, marks }: Tape): number {
  let chars = charsIn(header.question);
  for (const { event } of marks) if (event !== undefined) chars += charsIn(event);
  return chars;
}

/** The recording that a tape has made so far. */
export const recordingOf = ({ header, marks, stepsLeftOut, end, outcome }: Tape): Recording => ({
  format: 'troupe.recording',
  version: RECORDING_VERSION,
  machinesVersion: MACHINES_VERSION,
  texts: 'kept',
  ...header,
  end,
  ...(outcome === undefined ? {} : { outcome }),
  steps: marks.map(stepOf),
  stepsLeftOut,
});

function stepOf({ at, actor, event, state, status, error }: Mark): RecordedStep {
  if (event === undefined) return { kind: 'began', at, actor, state: state ?? '' };
  // One that has led nowhere yet is being worked on, or its machine was broken off with it.
  if (state === undefined) return { kind: 'threw', at, actor, event, error: error ?? '' };
  return { kind: 'heard', at, actor, event, state, status };
}
