import {
  type AnyActorRef,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type ContextFrom,
  createActor,
  type EventFrom,
  type EventObject,
  fromTransition,
  getNextTransitions,
  type InputFrom,
  initialTransition,
  type SnapshotFrom,
  type StateValue,
  transition,
} from 'xstate';

/** An address for machines that are stepped: named in what they send, and sent nothing. */
export const nobody = createActor(
  fromTransition((nothing: null, _event: EventObject) => nothing, null),
);

/** What a machine wants done after a step. */
export interface Effects {
  readonly sent: readonly EventObject[];
  /** Children to start, with what they are given. */
  readonly started: readonly { readonly id: string; readonly input: unknown }[];
  readonly stopped: readonly string[];
  /** Timers to set, in milliseconds. */
  readonly timers: readonly number[];
  /** Types of what is sent and ids of what is started, in the order it is done. */
  readonly order: readonly string[];
}

/** A machine stepped by hand: no effect of it is carried out. */
export class SteppedMachine<Machine extends AnyStateMachine> {
  readonly #machine: Machine;
  #snapshot: SnapshotFrom<Machine>;
  /** Of the last step. */
  effects: Effects;

  constructor(machine: Machine, input: InputFrom<Machine>) {
    this.#machine = machine;
    const [snapshot, actions] = initialTransition(machine, input);
    this.#snapshot = snapshot;
    this.effects = effectsOf(actions);
  }

  get snapshot(): SnapshotFrom<Machine> {
    return this.#snapshot;
  }

  /** The state as a path: `working.thinking`; the parts of a parallel state are joined by commas. */
  get state(): string {
    const { value }: AnyMachineSnapshot = this.#snapshot;
    return pathOf(value);
  }

  get isOver(): boolean {
    const { status }: AnyMachineSnapshot = this.#snapshot;
    return status !== 'active';
  }

  /** Child ids, in the order they came. */
  get children(): readonly string[] {
    return Object.keys(this.#childRefs);
  }

  /** What the child started last, in the last step, was given. */
  get asked(): unknown {
    return this.effects.started.at(-1)?.input;
  }

  /** The outcomes sent in the last step. */
  get outcomes(): readonly unknown[] {
    return this.effects.sent.flatMap((event) => ('outcome' in event ? [event.outcome] : []));
  }

  /** The kinds of progress told in the last step. */
  get told(): readonly unknown[] {
    return this.effects.sent.flatMap((event) =>
      'progress' in event && isTold(event.progress) ? [event.progress.kind] : [],
    );
  }

  /** The types of the events that would be answered now, those of ports and timers included; none once it is over. */
  get next(): readonly string[] {
    if (this.isOver) return [];
    return [...new Set(getNextTransitions(this.#snapshot).map(({ eventType }) => eventType))];
  }

  /**
   * Puts the machine into a state, with what it knows now or with another context. Nothing is done on the way: no
   * entry action runs, no port is asked; but the ports of that state can be settled, and its timers elapse.
   */
  enter(value: StateValue, context?: ContextFrom<Machine>): void {
    const { context: known }: AnyMachineSnapshot = this.#snapshot;
    // What `resolveState` gives is a snapshot of this machine; its types do not say so for a machine in general.
    this.#snapshot = this.#machine.resolveState({
      value,
      context: context ?? known,
    }) as SnapshotFrom<Machine>;
    this.effects = NOTHING;
  }

  hear(event: EventFrom<Machine> | EventObject): Effects {
    // `transition` takes every event that a machine may hear; its type knows the declared ones only.
    const heard = event as EventFrom<Machine>;
    const [snapshot, actions] = transition(this.#machine, this.#snapshot, heard);
    const { status, error }: AnyMachineSnapshot = snapshot;
    if (status === 'error') throw error;
    this.#snapshot = snapshot;
    this.effects = effectsOf(actions);
    return this.effects;
  }

  /** The port of that name settles. Throws when the machine does not wait for it. */
  settle(port: string, output: unknown): Effects {
    const id = this.#idOf(port);
    if (id === undefined) throw new Error(`${port} is not under way in ${this.state}`);
    return this.hear(doneOf(id, output));
  }

  /** The timer of that name goes off. Throws when it is not set. */
  elapse(delay: string): Effects {
    const type = this.next.find((one) => one.startsWith(`xstate.after.${delay}.`));
    if (type === undefined) throw new Error(`no timer ${delay} in ${this.state}`);
    return this.hear({ type });
  }

  /** A machine that was put into a state has not started the ports of it. */
  #idOf(port: string): string | undefined {
    const { _nodes }: AnyMachineSnapshot = this.#snapshot;
    const child = Object.values(this.#childRefs).find(({ src }) => src === port);
    return child?.id ?? _nodes.flatMap(({ invoke }) => invoke).find(({ src }) => src === port)?.id;
  }

  get #childRefs(): Readonly<Record<string, AnyActorRef>> {
    const { children }: AnyMachineSnapshot = this.#snapshot;
    return children;
  }
}

const doneOf = (id: string, output: unknown): EventObject & { output: unknown } => ({
  type: `xstate.done.actor.${id}`,
  output,
  ...{ actorId: id },
});

const NOTHING: Effects = { sent: [], started: [], stopped: [], timers: [], order: [] };

interface Action {
  readonly type: string;
  readonly params?: unknown;
}

function effectsOf(actions: readonly Action[]): Effects {
  return {
    sent: of(actions, 'xstate.sendTo').map(({ event }) => event as EventObject),
    started: of(actions, 'xstate.spawnChild').map(({ id, input }) => ({ id: String(id), input })),
    stopped: of(actions, 'xstate.stopChild').map(({ id }) => String(id)),
    timers: of(actions, 'xstate.raise').map(({ delay }) => Number(delay)),
    order: actions.flatMap((action) => {
      if (action.type === 'xstate.sendTo') return of([action], action.type).map(typeOfEvent);
      return of([action], 'xstate.spawnChild').map(({ id }) => String(id));
    }),
  };
}

/** XState types the parameters of its own actions as unknown; to stop a port that was never started it gives none. */
const of = (
  actions: readonly Action[],
  type: string,
): readonly Readonly<Record<string, unknown>>[] =>
  actions.flatMap((action) =>
    action.type === type && action.params !== undefined
      ? [action.params as Readonly<Record<string, unknown>>]
      : [],
  );

const typeOfEvent = ({ event }: Readonly<Record<string, unknown>>): string =>
  (event as EventObject).type;

const isTold = (progress: unknown): progress is { readonly kind: string } =>
  typeof progress === 'object' && progress !== null && 'kind' in progress;

function pathOf(value: AnyMachineSnapshot['value']): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([name, inner]) => (inner === undefined ? name : `${name}.${pathOf(inner)}`))
    .join(',');
}
