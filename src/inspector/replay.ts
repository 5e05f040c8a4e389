import {
  type AnyMachineSnapshot,
  createActor,
  type EventObject,
  type ExecutableActionObject,
  fromTransition,
  initialTransition,
  type StateValue,
  transition,
} from 'xstate';
import { leaderMachine } from '../../machines/leader/leader.machine.ts';
import { LEADER_SLOTS, type NestInput } from '../../machines/leader/leader.protocol.ts';
import type { LeaderRun } from '../../machines/leader/run.ts';
import { memberMachine } from '../../machines/member/member.machine.ts';
import type { MemberInput } from '../../machines/member/member.protocol.ts';
import type { RunOutcome } from '../../machines/question.ts';
import { isRecord } from '../shared/parse.ts';
import { messageOf } from '../shared/thrown.ts';
import { pathOf, withinPath } from './paths.ts';
import type { RecordedStep, Recording } from './recording.ts';

/** One step of a replay: what was heard, where it led when it was recorded, and where it leads now. */
export interface Frame {
  /** Counts from 1. */
  readonly number: number;
  readonly step: RecordedStep;
  /** The state it led to now, as a path; what was thrown; or `undefined` when that actor is not there. */
  readonly now: string | undefined;
  /** What these machines do otherwise than those that were recorded. */
  readonly divergence: string | undefined;
  /** The machine of the step's actor. */
  readonly machine: 'leader' | 'member';
  /** Where every actor is after it, by name. */
  readonly states: ReadonlyMap<string, StateValue>;
}

export interface Replay {
  readonly recording: Recording;
  readonly frames: readonly Frame[];
  /** The first step that went otherwise. */
  readonly diverges: Frame | undefined;
  /** What the run came to now; `undefined` when its leader did not come to its end. */
  readonly outcome: RunOutcome | undefined;
}

/** Steps a run through the machines of this program: nothing is called, nothing is sent, and no time passes. */
export function replay(recording: Recording): Replay {
  const stage = new Stage(recording);
  const frames = recording.steps.map((step, index) => stage.play(step, index + 1));
  return {
    recording,
    frames,
    diverges: frames.find(({ divergence }) => divergence !== undefined),
    outcome: stage.outcome,
  };
}

/** An address that is named in what machines send, and sent nothing. */
const nobody = createActor(fromTransition((nothing: null, _event: EventObject) => nothing, null));

/** How the leader of a run begins that is kept somewhere: a recording does not say it in another way. */
const RECALLS = 'working.recalling';

/** What a step came to. */
type Played =
  | { readonly kind: 'led'; readonly to: AnyMachineSnapshot }
  | { readonly kind: 'threw'; readonly error: string }
  | { readonly kind: 'missing' };

/** The actors of a run. */
class Stage {
  readonly #recording: Recording;
  readonly #actors = new Map<string, AnyMachineSnapshot>();
  /** What leaders gave those who were started last, by name. */
  readonly #given = new Map<string, Given>();
  /** What members said at their end, by name. */
  readonly #reports = new Map<string, string>();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  get outcome(): RunOutcome | undefined {
    const leader = this.#actors.get(this.#recording.leader);
    // The context of a leader's snapshot is a leader's.
    return leader?.status === 'done' ? (leader.context as LeaderRun).outcome : undefined;
  }

  play(step: RecordedStep, number: number): Frame {
    const misheard = step.kind === 'began' ? undefined : this.#misheard(step);
    const played = this.#attempt(step);
    const states = new Map([...this.#actors].map(([name, { value }]) => [name, value]));
    const now = nowOf(played);
    const machine = this.#leads(step.actor) ? 'leader' : 'member';
    const divergence = misheard ?? divergenceOf(step, played);
    return { number, step, now, divergence, machine, states };
  }

  #attempt(step: RecordedStep): Played {
    try {
      const to = step.kind === 'began' ? this.#begin(step) : this.#hear(step);
      return to === undefined ? { kind: 'missing' } : { kind: 'led', to };
    } catch (error) {
      return { kind: 'threw', error: messageOf(error) };
    }
  }

  #begin({ actor, state }: Extract<RecordedStep, { kind: 'began' }>) {
    const { leader, run, question, roster } = this.#recording;
    if (actor !== leader) {
      const given = this.#given.get(actor);
      if (given === undefined) return undefined;
      return given.kind === 'team'
        ? this.#keep(actor, initialTransition(leaderMachine, given.input))
        : this.#keep(actor, initialTransition(memberMachine, given.input));
    }
    const slot = LEADER_SLOTS.find((known) => known === leader);
    if (slot === undefined) return undefined;
    const unkept = pathOf(state) !== RECALLS;
    const input = { run, slot, question, roster, unkept, reportTo: nobody, progressTo: nobody };
    return this.#keep(actor, initialTransition(leaderMachine, input));
  }

  #hear({ actor, event }: Exclude<RecordedStep, { kind: 'began' }>) {
    const before = this.#actors.get(actor);
    if (before === undefined) return undefined;
    const isLeader = this.#leads(actor);
    // `transition` takes every event that a machine may hear; the types know the declared ones only.
    const heard = event as never;
    return isLeader
      ? this.#keep(actor, transition(leaderMachine, before as never, heard))
      : this.#keep(actor, transition(memberMachine, before as never, heard));
  }

  #keep(
    actor: string,
    [snapshot, actions]: [AnyMachineSnapshot, readonly ExecutableActionObject[]],
  ): AnyMachineSnapshot {
    this.#actors.set(actor, snapshot);
    for (const { type, params } of actions) {
      if (!isRecord(params)) continue;
      const { id, input, event } = params;
      const given = type === 'xstate.spawnChild' ? givenIn(input) : undefined;
      if (given !== undefined) this.#given.set(this.#nameIn(actor, String(id)), given);
      if (type === 'xstate.sendTo' && isRecord(event) && event['type'] === 'member.reported')
        this.#reports.set(actor, JSON.stringify(event));
    }
    if (snapshot.status === 'error') throw snapshot.error;
    return snapshot;
  }

  /** Leaders start others by their slot. */
  #nameIn(starter: string, slot: string): string {
    return starter === this.#recording.leader ? slot : withinPath(starter, slot);
  }

  /** A report of a member that this member does not give. */
  #misheard({ actor, event }: Exclude<RecordedStep, { kind: 'began' }>): string | undefined {
    if (event.type !== 'member.reported') return undefined;
    const member = this.#nameIn(actor, String(event['slot']));
    const said = this.#reports.get(member);
    // Where texts were left out, those that machines put together have other placeholders than their parts.
    const isSame =
      this.#recording.texts === 'kept' ? said === JSON.stringify(event) : said !== undefined;
    return isSame ? undefined : `${member} does not report this now`;
  }

  /** True of every leader, those of nested teams included. */
  #leads(actor: string): boolean {
    return actor === this.#recording.leader || this.#given.get(actor)?.kind === 'team';
  }
}

/** What `startMembers` of a leader gives. */
type Given =
  | { readonly kind: 'member'; readonly input: MemberInput }
  | { readonly kind: 'team'; readonly input: NestInput };

function givenIn(input: unknown): Given | undefined {
  if (!isRecord(input)) return undefined;
  // The machines that give it are ours: by one field it is told which of the two it is.
  if ('nest' in input) return { kind: 'team', input: input as unknown as NestInput };
  if ('member' in input) return { kind: 'member', input: input as unknown as MemberInput };
  return undefined;
}

function nowOf(played: Played): string | undefined {
  if (played.kind === 'missing') return undefined;
  return played.kind === 'threw' ? `threw: ${played.error}` : pathOf(played.to.value);
}

function divergenceOf(step: RecordedStep, played: Played): string | undefined {
  if (played.kind === 'missing') return `${step.actor} is not there now`;
  if (played.kind === 'threw') return wasError(step) ? undefined : `it throws now: ${played.error}`;
  if (step.kind === 'threw') return `it threw then: ${step.error}`;
  const [then, now] = [pathOf(step.state), pathOf(played.to.value)];
  if (then !== now) return `it led to ${then} then, and leads to ${now} now`;
  const status = step.kind === 'began' ? 'active' : step.status;
  return status === played.to.status
    ? undefined
    : `it was ${status} then, and is ${played.to.status} now`;
}

const wasError = (step: RecordedStep): boolean =>
  step.kind === 'threw' || (step.kind === 'heard' && step.status === 'error');
