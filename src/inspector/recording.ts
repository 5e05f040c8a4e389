import type { StateValue } from 'xstate';
import type { Question, RunOutcome, RunRef } from '../../machines/question.ts';
import type { Roster } from '../../machines/roster.ts';

/** Raised when recordings change so that older programs cannot read them. */
export const RECORDING_VERSION = 1;

/**
 * All that the machines of one run heard, and where it led them: enough to step through the run again without a model, a
 * tool or a network. The format of the files, too (docs/recording.md).
 */
export interface Recording {
  readonly format: 'troupe.recording';
  readonly version: typeof RECORDING_VERSION;
  /** `MACHINES_VERSION` of the machines that worked the run. */
  readonly machinesVersion: number;
  /** `left_out`: what people, models and tools wrote was replaced by placeholders (see `withoutTexts`). */
  readonly texts: 'kept' | 'left_out';
  readonly run: RunRef;
  /** The leader's slot in its team: `leader0`. */
  readonly leader: string;
  readonly question: Question;
  readonly roster: Roster;
  /** `crashed`: a machine threw. `cut`: the leader was stopped before its end. `underway`: it goes on. */
  readonly end: 'settled' | 'crashed' | 'cut' | 'underway';
  /** Only of a run that is settled. */
  readonly outcome?: RunOutcome;
  readonly steps: readonly RecordedStep[];
  /** Steps that were too many to be kept; what is kept is the beginning. */
  readonly stepsLeftOut: number;
}

/** One event that one machine heard. `actor` is its slot; in a nested team after that of the team, `member0/member1`. */
export type RecordedStep =
  /** It came to life, in this state. */
  | {
      readonly kind: 'began';
      readonly at: number;
      readonly actor: string;
      readonly state: StateValue;
    }
  | {
      readonly kind: 'heard';
      readonly at: number;
      readonly actor: string;
      readonly event: RecordedEvent;
      /** Where it led. */
      readonly state: StateValue;
      readonly status: 'active' | 'done' | 'error' | 'stopped';
    }
  | {
      readonly kind: 'threw';
      readonly at: number;
      readonly actor: string;
      readonly event: RecordedEvent;
      readonly error: string;
    };

/** Plain data: events of leaders and members hold nothing else. */
export interface RecordedEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}
