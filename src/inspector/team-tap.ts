import type { AnyActorRef, InspectionEvent, Snapshot, StateValue } from 'xstate';
import type { ActorStopped, StepStarted } from '../shared/inspected-event.ts';
import { isRecord } from '../shared/parse.ts';
import {
  innermost,
  inputOf,
  isActor,
  machineOf,
  runIdIn,
  statesOf,
  stateValueOf,
} from './actors.ts';
import { charsIn } from './chars.ts';
import { resultIn, stepIn } from './steps.ts';
import type { Thinned } from './thinning.ts';

export interface TapOptions {
  /** The names of the actors begin with it. */
  readonly prefix: string;
  /** What the root is: it has no siblings that it needed a name among. */
  readonly name: 'team' | 'memory';
  readonly root: AnyActorRef;
  readonly now: () => number;
  /** What is not heard while it is crowded need not be told. */
  readonly to: Pick<Thinned, 'tell' | 'isCrowded' | 'drop'>;
}

/** What is remembered of an actor that is watched. */
interface Watched {
  readonly name: string;
  value: StateValue | undefined;
  states: readonly string[];
  since: number;
  /** The type of the last event it heard. */
  heard: string;
  step: Pick<StepStarted, 'kind' | 'run' | 'agent'> | undefined;
}

/** Turns what XState shows of one actor system into what the feed tells. May throw: whoever attaches it guards. */
export class TeamTap {
  readonly #options: TapOptions;
  readonly #watched = new Map<string, Watched>();
  #knownTools: ReadonlySet<string> | undefined;
  #mailbox = '';

  constructor(options: TapOptions) {
    this.#options = options;
  }

  /** Tells of the actors that are there already, as if they had just started. */
  begin(): void {
    this.#walk(this.#options.root);
  }

  hear(event: InspectionEvent): void {
    // What a machine does within one step is its own affair; there is a lot of it.
    if (event.type !== '@xstate.snapshot' && event.type !== '@xstate.event') return;
    const { actorRef } = event;
    if (!isActor(actorRef)) return;
    if (event.type === '@xstate.snapshot') this.#changed(actorRef, event.snapshot);
    else this.#sent(actorRef, event);
  }

  #walk(actor: AnyActorRef): void {
    this.#started(actor);
    const snapshot: unknown = actor.getSnapshot();
    const children =
      isRecord(snapshot) && isRecord(snapshot['children']) ? snapshot['children'] : {};
    for (const child of Object.values(children)) {
      // What stands among the children of a snapshot is an actor, or nothing.
      if (child !== undefined) this.#walk(child as AnyActorRef);
    }
  }

  #started(actor: AnyActorRef): void {
    const { now, to, root, name: rootName } = this.#options;
    const snapshot: Snapshot<unknown> = actor.getSnapshot();
    if (this.#watched.has(actor.sessionId) || snapshot.status !== 'active') return;
    const at = now();
    const isPort = stateValueOf(snapshot) === undefined;
    if (isPort && to.isCrowded()) {
      to.drop();
      return;
    }
    const step = isPort ? stepIn(actor, this.#tools()) : undefined;
    const name = this.#nameOf(actor);
    const states = statesOf(snapshot);
    this.#watched.set(actor.sessionId, {
      states,
      name,
      value: stateValueOf(snapshot),
      since: at,
      heard: 'xstate.init',
      step,
    });
    const run = runIdIn(inputOf(snapshot));
    to.tell({
      type: 'actor.started',
      at,
      actor: name,
      ...(actor === root || actor._parent === undefined
        ? {}
        : { parent: this.#nameOf(actor._parent) }),
      name: actor === root ? rootName : actor.id,
      machine: machineOf(actor),
      ...(run === undefined ? {} : { run }),
      states,
    });
    if (step !== undefined) to.tell({ type: 'step.started', at, actor: name, ...step });
  }

  #sent(actor: AnyActorRef, event: Extract<InspectionEvent, { type: '@xstate.event' }>): void {
    const { now, to } = this.#options;
    const { type } = event.event;
    // A promise tells itself that it has settled, and then its parent: once is enough.
    if (type.startsWith('xstate.promise.')) return;
    const watched = this.#watched.get(actor.sessionId);
    if (watched !== undefined) watched.heard = type;
    const isCrowded = to.isCrowded();
    const source = isActor(event.sourceRef) ? event.sourceRef : undefined;
    // XState lets an actor send before it shows where the actor has come to: told is what led to what.
    if (source !== undefined && !isCrowded) this.#changed(source, source.getSnapshot());
    if (type === 'xstate.init') {
      this.#started(actor);
      return;
    }
    if (isCrowded) {
      to.drop();
      return;
    }
    to.tell({
      type: 'message.sent',
      at: now(),
      ...(source === undefined ? {} : { from: this.#nameOf(source) }),
      to: watched?.name ?? this.#nameOf(actor),
      event: type,
      chars: charsIn(event.event) - type.length,
    });
  }

  #changed(actor: AnyActorRef, snapshot: Snapshot<unknown>): void {
    const watched = this.#watched.get(actor.sessionId);
    if (watched === undefined) return;
    this.#moved({ actor, watched, snapshot });
    if (actor === this.#options.root && this.#options.name === 'team') this.#counted(snapshot);
    if (snapshot.status !== 'active') this.#stopped({ actor, watched, snapshot });
  }

  #moved({ watched, snapshot }: Change): void {
    const value = stateValueOf(snapshot);
    // A machine that stays where it is keeps its value, as an object too.
    if (value === undefined || isSame(value, watched.value)) return;
    const { now, to } = this.#options;
    const at = now();
    const [from, states] = [watched.states, innermost(value)];
    to.tell({
      type: 'actor.moved',
      at,
      actor: watched.name,
      event: watched.heard,
      from,
      states,
      heldMs: at - watched.since,
    });
    watched.value = value;
    watched.states = states;
    watched.since = at;
  }

  #stopped({ actor, watched, snapshot }: Change): void {
    const { now, to } = this.#options;
    const at = now();
    const { name, step } = watched;
    if (step !== undefined) {
      const { kind, run, agent } = step;
      const tookMs = at - watched.since;
      to.tell({
        type: 'step.ended',
        at,
        actor: name,
        kind,
        run,
        agent,
        tookMs,
        ...resultIn(snapshot),
      });
    }
    this.#watched.delete(actor.sessionId);
    to.tell({ type: 'actor.stopped', at, actor: name, how: howOf(snapshot) });
  }

  #counted(snapshot: Snapshot<unknown>): void {
    const { now, to, root } = this.#options;
    const context = 'context' in snapshot && isRecord(snapshot.context) ? snapshot.context : {};
    const [queued, running] = [lengthOf(context['mailbox']), lengthOf(context['running'])];
    if (this.#mailbox === `${queued}/${running}`) return;
    this.#mailbox = `${queued}/${running}`;
    to.tell({ type: 'mailbox.changed', at: now(), actor: this.#nameOf(root), queued, running });
  }

  #nameOf({ sessionId, system }: AnyActorRef): string {
    const { prefix, root } = this.#options;
    return system === root.system ? `${prefix}:${sessionId.replace('x:', '')}` : 'host';
  }

  #tools(): ReadonlySet<string> {
    this.#knownTools ??= toolsOf(inputOf(this.#options.root.getSnapshot()));
    return this.#knownTools;
  }
}

interface Change {
  readonly actor: AnyActorRef;
  readonly watched: Watched;
  readonly snapshot: Snapshot<unknown>;
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

function isSame(a: StateValue | undefined, b: StateValue | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  // States of one machine: where one has as many children as the other, these are the same or other ones.
  for (const name in a) if (!isSame(a[name], b[name])) return false;
  return true;
}

function howOf({ status }: Snapshot<unknown>): ActorStopped['how'] {
  return status === 'active' ? 'stopped' : status;
}

/** The tools that the agents of a team's roster have. */
function toolsOf(given: unknown): ReadonlySet<string> {
  const roster = isRecord(given) && isRecord(given['roster']) ? given['roster'] : {};
  const members: readonly unknown[] = Array.isArray(roster['members']) ? roster['members'] : [];
  const nested = members.flatMap((member): readonly unknown[] => {
    const team = isRecord(member) && isRecord(member['team']) ? member['team'] : {};
    return Array.isArray(team['members']) ? team['members'] : [];
  });
  const tools = [roster['leader'], ...members, ...nested].flatMap((agent): readonly unknown[] =>
    isRecord(agent) && Array.isArray(agent['tools']) ? agent['tools'] : [],
  );
  return new Set(tools.flatMap((tool) => (isRecord(tool) ? [String(tool['name'])] : [])));
}
