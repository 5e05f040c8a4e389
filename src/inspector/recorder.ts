import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot } from 'xstate';
import type { RunId } from '../../machines/ids.ts';
import type { LeaderRun } from '../../machines/leader/run.ts';
import { MACHINES_VERSION } from '../../machines/version.ts';
import type { Clock } from '../shared/clock.ts';
import { messageOf } from '../shared/thrown.ts';
import { machineOf } from './actors.ts';
import { charsIn } from './chars.ts';
import { RECORDING_VERSION, type RecordedStep, type Recording } from './recording.ts';

/** What recordings may take of the process. Those of runs under way hold little that their machines do not hold anyway. */
export interface RecorderLimits {
  /** Recordings of runs that are over. */
  readonly maxEnded: number;
  /** Characters of all those together. */
  readonly maxChars: number;
  /** Steps of one recording. */
  readonly maxSteps: number;
}

const DEFAULT_RECORDER_LIMITS: RecorderLimits = {
  maxEnded: 200,
  maxChars: 8_000_000,
  maxSteps: 4_000,
};

export interface RecorderOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits?: Partial<RecorderLimits>;
  /** Told of every run that is over. Must not throw. */
  readonly onEnded?: (recording: Recording) => void;
}

/** Remembers what the latest runs heard. */
export interface Recorder {
  began(actor: AnyActorRef, snapshot: AnyMachineSnapshot): void;
  hears(actor: AnyActorRef, event: AnyEventObject): Hearing;
  /** The recording of a run, its latest incarnation, under way or not long over; whole, so not for everybody's eyes. */
  recordingOf(runId: RunId): Recording | undefined;
}

interface Hearing {
  led(to: AnyMachineSnapshot): void;
  threw(error: unknown): void;
}

/** Makes a recorder, to be given to the house (`TroupeOptions.recorder`). */
export const createRecorder = (options: RecorderOptions): Recorder => new RingRecorder(options);

/** A recording being made. */
interface Tape {
  readonly header: Pick<Recording, 'run' | 'leader' | 'question' | 'roster'>;
  readonly steps: RecordedStep[];
  stepsLeftOut: number;
  end: Recording['end'];
  outcome: Recording['outcome'];
  /** Counted when it is over. */
  chars: number;
}

const ENDS: Readonly<Record<AnyMachineSnapshot['status'], Recording['end']>> = {
  active: 'underway',
  done: 'settled',
  error: 'crashed',
  stopped: 'cut',
};

const NOT_RECORDED: Hearing = { led() {}, threw() {} };

class RingRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #limits: RecorderLimits;
  /** Goes with the actor, however that ends. */
  readonly #tapes = new WeakMap<AnyActorRef, Tape>();
  readonly #byRun = new Map<RunId, Tape>();
  /** The oldest first. */
  readonly #ended = new Set<Tape>();
  #chars = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_RECORDER_LIMITS, ...options.limits };
  }

  began(actor: AnyActorRef, snapshot: AnyMachineSnapshot): void {
    const tape = machineOf(actor) === 'leader' ? this.#newTape(snapshot) : this.#tapeOf(actor);
    if (tape === undefined) return;
    this.#tapes.set(actor, tape);
    const { value: state } = snapshot;
    this.#write(tape, { kind: 'began', at: this.#options.clock.now(), actor: actor.id, state });
  }

  hears(actor: AnyActorRef, event: AnyEventObject): Hearing {
    const tape = this.#tapes.get(actor);
    if (tape === undefined || tape.end !== 'underway') return NOT_RECORDED;
    const step = { at: this.#options.clock.now(), actor: actor.id, event };
    // Its place is where it is heard: members that it starts come to life before it has been led anywhere.
    const place = this.#write(tape, { kind: 'threw', ...step, error: '' });
    return {
      led: (to) => {
        const { value: state, status } = to;
        this.#rewrite(tape, place, { kind: 'heard', ...step, state, status });
        if (machineOf(actor) === 'leader' && status !== 'active') this.#end(tape, to);
      },
      threw: (error) => {
        this.#rewrite(tape, place, { kind: 'threw', ...step, error: messageOf(error) });
        if (machineOf(actor) === 'leader') this.#close(tape, 'crashed');
      },
    };
  }

  recordingOf(runId: RunId): Recording | undefined {
    const tape = this.#byRun.get(runId);
    return tape === undefined ? undefined : recordingOf(tape);
  }

  #newTape({ context }: AnyMachineSnapshot): Tape {
    // The context of a leader's snapshot is a leader's.
    const { input } = context as LeaderRun;
    const { run, slot: leader, question, roster } = input;
    const tape: Tape = {
      header: { run, leader, question, roster },
      steps: [],
      stepsLeftOut: 0,
      end: 'underway',
      outcome: undefined,
      chars: 0,
    };
    this.#byRun.set(run.runId, tape);
    return tape;
  }

  #tapeOf({ _parent: leader }: AnyActorRef): Tape | undefined {
    return leader === undefined ? undefined : this.#tapes.get(leader);
  }

  /** The place of the step; -1 when there was none. */
  #write(tape: Tape, step: RecordedStep): number {
    if (tape.steps.length < this.#limits.maxSteps) return tape.steps.push(step) - 1;
    tape.stepsLeftOut += 1;
    return -1;
  }

  #rewrite(tape: Tape, place: number, step: RecordedStep): void {
    if (place >= 0) tape.steps[place] = step;
  }

  #end(tape: Tape, { status, context }: AnyMachineSnapshot): void {
    // As above.
    if (status === 'done') tape.outcome = (context as LeaderRun).outcome;
    this.#close(tape, ENDS[status]);
  }

  #close(tape: Tape, end: Recording['end']): void {
    tape.end = end;
    tape.chars = charsOf(tape);
    this.#chars += tape.chars;
    this.#ended.add(tape);
    this.#options.onEnded?.(recordingOf(tape));
    const { maxEnded, maxChars } = this.#limits;
    for (const oldest of this.#ended) {
      if (this.#ended.size <= maxEnded && this.#chars <= maxChars) break;
      this.#forget(oldest);
    }
  }

  #forget(tape: Tape): void {
    this.#ended.delete(tape);
    this.#chars -= tape.chars;
    const { runId } = tape.header.run;
    if (this.#byRun.get(runId) === tape) this.#byRun.delete(runId);
  }
}

/** Its question and its events; the roster is everybody's. */
const charsOf = ({ header, steps }: Tape): number =>
  steps.reduce(
    (sum, step) => sum + ('event' in step ? charsIn(step.event) : 0),
    charsIn(header.question),
  );

const recordingOf = ({ header, steps, stepsLeftOut, end, outcome }: Tape): Recording => ({
  format: 'troupe.recording',
  version: RECORDING_VERSION,
  machinesVersion: MACHINES_VERSION,
  texts: 'kept',
  ...header,
  end,
  ...(outcome === undefined ? {} : { outcome }),
  steps: [...steps],
  stepsLeftOut,
});
