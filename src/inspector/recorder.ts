import type { AnyActorRef, AnyEventObject, AnyMachineSnapshot } from 'xstate';
import type { RunId } from '../../machines/ids.ts';
import type { LeaderRun } from '../../machines/leader/run.ts';
import type { Clock } from '../shared/clock.ts';
import { messageOf } from '../shared/thrown.ts';
import { machineOf } from './actors.ts';
import { withinPath } from './paths.ts';
import type { Recording } from './recording.ts';
import type { RunsOf } from './recordings.ts';
import { charsOf, type Mark, recordingOf, type Tape } from './tape.ts';

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
  readonly onEnded?: (ended: EndedRun) => void;
}

/** A run that is over. */
export interface EndedRun {
  readonly end: Recording['end'];
  readonly outcome: Recording['outcome'];
  /** Its recording, made when it is asked for. */
  recording(): Recording;
}

/** Remembers what the latest runs heard: a `RunRecorder`, to be given to the house (`TroupeOptions.recorder`). */
export interface Recorder {
  began(actor: AnyActorRef, snapshot: AnyMachineSnapshot): void;
  hears(actor: AnyActorRef, event: AnyEventObject): number;
  led(actor: AnyActorRef, heard: number, to: AnyMachineSnapshot): void;
  threw(actor: AnyActorRef, heard: number, error: unknown): void;
  /** The recording of a run, its latest incarnation, under way or not long over; whole, so not for everybody's eyes. */
  recordingOf(runId: RunId): Recording | undefined;
  /** Forgets these runs; of those under way, nothing further is taken down and no end is told. */
  forget(owner: RunsOf): void;
}

export const createRecorder = (options: RecorderOptions): Recorder => new RingRecorder(options);

/** An actor that is recorded. */
interface Voice {
  readonly tape: Tape;
  /** As recordings call it (see `RecordedStep`). */
  readonly name: string;
  /** True of the leader of the run: with it, the recording ends. */
  readonly isLeader: boolean;
  /** Its first step, of which is not known yet where it leads. */
  first?: Mark | undefined;
}

const ENDS: Readonly<Record<AnyMachineSnapshot['status'], Recording['end']>> = {
  active: 'underway',
  done: 'settled',
  error: 'crashed',
  stopped: 'cut',
};

class RingRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #limits: RecorderLimits;
  /** By session id, which no two actors of a process share. A weak map would cost the collector more than all the rest. */
  readonly #voices = new Map<string, Voice>();
  readonly #byRun = new Map<RunId, Tape>();
  /** The oldest first. */
  readonly #ended = new Set<Tape>();
  #chars = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_RECORDER_LIMITS, ...options.limits };
  }

  began(actor: AnyActorRef, snapshot: AnyMachineSnapshot): void {
    const voice = this.#voices.get(actor.sessionId) ?? this.#join(actor, snapshot);
    if (voice?.first === undefined) return;
    voice.first.state = snapshot.value;
    voice.first = undefined;
  }

  hears(actor: AnyActorRef, event: AnyEventObject): number {
    const voice = this.#voices.get(actor.sessionId);
    // Its place is where it is heard: members that it starts come to life before it has led anywhere.
    return voice?.tape.end === 'underway' ? this.#mark(voice, event) : -1;
  }

  led(actor: AnyActorRef, heard: number, to: AnyMachineSnapshot): void {
    const voice = this.#voices.get(actor.sessionId);
    const mark = voice?.tape.marks[heard];
    if (voice === undefined) return;
    if (mark !== undefined) {
      mark.state = to.value;
      mark.status = to.status;
    }
    if (voice.isLeader && to.status !== 'active' && voice.tape.end === 'underway')
      this.#end(voice.tape, to);
  }

  threw(actor: AnyActorRef, heard: number, error: unknown): void {
    const voice = this.#voices.get(actor.sessionId);
    const mark = voice?.tape.marks[heard];
    if (mark !== undefined) mark.error = messageOf(error);
    if (voice?.isLeader && voice.tape.end === 'underway') this.#close(voice.tape, 'crashed');
  }

  recordingOf(runId: RunId): Recording | undefined {
    const tape = this.#byRun.get(runId);
    return tape === undefined ? undefined : recordingOf(tape);
  }

  forget({ userId, channelId }: RunsOf): void {
    const tapes = new Set([...this.#byRun.values(), ...this.#ended]);
    for (const tape of tapes) {
      const { run } = tape.header;
      if (run.userId !== userId || (channelId ?? run.channelId) !== run.channelId) continue;
      for (const voice of tape.voices.splice(0)) this.#voices.delete(voice);
      this.#forget(tape);
    }
  }

  /**
   * Whoever is started by somebody who is recorded belongs to the same recording; a leader that is not begins one. Its
   * snapshot is left out while its first step is under way.
   */
  #join(actor: AnyActorRef, snapshot?: AnyMachineSnapshot): Voice | undefined {
    const voice = this.#voiceOf(actor, snapshot);
    if (voice === undefined) return undefined;
    const { tape } = voice;
    this.#voices.set(actor.sessionId, voice);
    tape.voices.push(actor.sessionId);
    voice.first = tape.marks[this.#mark(voice, undefined)];
    return voice;
  }

  #voiceOf(actor: AnyActorRef, snapshot: AnyMachineSnapshot | undefined): Voice | undefined {
    const { _parent: parent, id } = actor;
    // The leader of a nested team may start members in its first step, before that is told.
    const starter = parent && (this.#voices.get(parent.sessionId) ?? this.#join(parent));
    if (starter !== undefined) {
      const { tape, isLeader, name } = starter;
      return { tape, name: isLeader ? id : withinPath(name, id), isLeader: false };
    }
    if (snapshot === undefined || machineOf(actor) !== 'leader') return undefined;
    return { tape: this.#newTape(snapshot), name: id, isLeader: true };
  }

  #newTape({ context }: AnyMachineSnapshot): Tape {
    // The context of a leader's snapshot is a leader's.
    const { input } = context as LeaderRun;
    const { run, slot: leader, question, roster } = input;
    const tape: Tape = {
      header: { run, leader, question, roster },
      marks: [],
      voices: [],
      stepsLeftOut: 0,
      end: 'underway',
      outcome: undefined,
      chars: 0,
    };
    this.#byRun.set(run.runId, tape);
    return tape;
  }

  /** The place of the step; -1 when there was none. */
  #mark({ tape, name }: Voice, event: AnyEventObject | undefined): number {
    if (tape.marks.length >= this.#limits.maxSteps) {
      tape.stepsLeftOut += 1;
      return -1;
    }
    const at = this.#options.clock.now();
    const mark: Mark = {
      at,
      actor: name,
      event,
      state: undefined,
      status: 'active',
      error: undefined,
    };
    return tape.marks.push(mark) - 1;
  }

  #end(tape: Tape, { status, context }: AnyMachineSnapshot): void {
    // As above.
    if (status === 'done') tape.outcome = (context as LeaderRun).outcome;
    this.#close(tape, ENDS[status]);
  }

  #close(tape: Tape, end: Recording['end']): void {
    tape.end = end;
    for (const voice of tape.voices.splice(0)) this.#voices.delete(voice);
    tape.chars = charsOf(tape);
    this.#chars += tape.chars;
    this.#ended.add(tape);
    const { outcome } = tape;
    this.#options.onEnded?.({ end, outcome, recording: () => recordingOf(tape) });
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
