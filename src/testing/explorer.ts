import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventFrom,
  type ExecutableActionsFrom,
  getNextTransitions,
  type InputFrom,
  initialTransition,
  type SnapshotFrom,
  transition,
} from 'xstate';

/** A place the machine can be in, with what the test knows about how it came there. */
export interface Node<Machine extends AnyStateMachine, World> {
  readonly snapshot: SnapshotFrom<Machine>;
  readonly world: World;
}

/** XState's own events (done, error, after) are ordinary input to a machine, though its types leave them out. */
type Heard<Machine extends AnyStateMachine> =
  | EventFrom<Machine>
  | { readonly type: `xstate.${string}`; readonly [key: string]: unknown };

/** One step: what was heard, where it led and what the machine then wanted done. */
export interface Step<Machine extends AnyStateMachine, World> {
  readonly from: Node<Machine, World>;
  readonly event: Heard<Machine>;
  readonly snapshot: SnapshotFrom<Machine>;
  readonly actions: readonly ExecutableActionsFrom<Machine>[];
}

export interface Exploration<Machine extends AnyStateMachine, World> {
  readonly machine: Machine;
  readonly input: InputFrom<Machine>;
  /** What the test knows at the start: what the outside still may do, what it has seen so far. */
  readonly world: World;
  /**
   * The payload table: for each event descriptor of the chart, the events worth trying at a node. Descriptors
   * that the chart listens to and the table lacks come back as `unlisted`.
   */
  readonly table: Readonly<
    Record<string, (node: Node<Machine, World>) => readonly Heard<Machine>[]>
  >;
  /** Two nodes with the same key are the same place. */
  readonly key: (node: Node<Machine, World>) => string;
  /** What the test knows after a step. Throws when the step breaks a promise. */
  readonly observe: (step: Step<Machine, World>) => World;
  /** Throws when no machine may ever be here. */
  readonly check?: (node: Node<Machine, World>) => void;
  /** Where everything is well: from every node one of these must be within reach. */
  readonly goal?: (node: Node<Machine, World>) => boolean;
  /** More states than this is an error: the world is not as small as its author thinks. */
  readonly maxStates: number;
}

export interface Explored {
  readonly states: number;
  readonly edges: number;
  /** Shortest ways to nodes that nothing leads out of, though they are no goal and the machine has not finished. */
  readonly deadEnds: readonly Path[];
  /** Shortest ways to nodes from which no goal can be reached. */
  readonly hopeless: readonly Path[];
  /** Event descriptors that the chart listens to and the payload table does not know. */
  readonly unlisted: readonly string[];
}

type Path = readonly string[];

/**
 * Walks every place that a machine can get to in a small world, breadth first, by `transition()` alone: no
 * clock, no effects. A broken promise is thrown with the shortest way that leads to it.
 */
export function explore<Machine extends AnyStateMachine, World>(
  exploration: Exploration<Machine, World>,
): Explored {
  const { machine, input, world } = exploration;
  const [snapshot] = initialTransition(machine, input);
  const search = new Search(exploration);
  search.visit({ snapshot, world }, undefined);
  return search.run();
}

interface Trace {
  readonly parent: number;
  readonly event: string;
}

class Search<Machine extends AnyStateMachine, World> {
  private readonly numbers = new Map<string, number>();
  private readonly traces: (Trace | undefined)[] = [];
  private readonly arrivals: number[][] = [];
  private readonly goals: number[] = [];
  private readonly frontier: { readonly number: number; readonly node: Node<Machine, World> }[] =
    [];
  private readonly unlisted = new Set<string>();
  private readonly deadEnds: number[] = [];
  private edges = 0;
  private readonly exploration: Exploration<Machine, World>;

  constructor(exploration: Exploration<Machine, World>) {
    this.exploration = exploration;
  }

  run(): Explored {
    for (let next = 0; next < this.frontier.length; next++) {
      const place = this.frontier[next];
      if (place === undefined) break;
      this.expand(place.number, place.node);
      // Looked at once: keeping every snapshot alive would cost more than the search.
      delete this.frontier[next];
    }
    return {
      states: this.numbers.size,
      edges: this.edges,
      deadEnds: this.deadEnds.map((number) => this.pathTo(number)),
      hopeless: this.hopeless().map((number) => this.pathTo(number)),
      unlisted: [...this.unlisted],
    };
  }

  /** The number of a node; new ones are checked and put in line. */
  visit(node: Node<Machine, World>, trace: Trace | undefined): number {
    const key = this.exploration.key(node);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    if (number >= this.exploration.maxStates) {
      throw new Error(`more than ${this.exploration.maxStates} states`);
    }
    this.numbers.set(key, number);
    this.traces.push(trace);
    this.arrivals.push([]);
    this.frontier.push({ number, node });
    this.explain(number, () => this.exploration.check?.(node));
    if (this.exploration.goal?.(node)) this.goals.push(number);
    return number;
  }

  private expand(number: number, node: Node<Machine, World>): void {
    let leavesTo = 0;
    for (const event of this.eventsAt(node)) {
      const to = this.follow(number, node, event);
      this.edges += 1;
      this.arrivals[to]?.push(number);
      if (to !== number) leavesTo += 1;
    }
    const { status }: AnyMachineSnapshot = node.snapshot;
    if (leavesTo > 0 || status !== 'active' || this.exploration.goal?.(node)) return;
    this.deadEnds.push(number);
  }

  private follow(number: number, from: Node<Machine, World>, event: Heard<Machine>): number {
    const trace = { parent: number, event: JSON.stringify(event) };
    // `transition` takes every event that a machine may hear; its type knows the declared ones only.
    const heard = event as EventFrom<Machine>;
    const [snapshot, actions] = transition(this.exploration.machine, from.snapshot, heard);
    const world = this.explain(
      number,
      () => {
        const { status, error }: AnyMachineSnapshot = snapshot;
        if (status === 'error') throw error;
        return this.exploration.observe({ from, event, snapshot, actions });
      },
      trace.event,
    );
    return this.visit({ snapshot, world }, trace);
  }

  /** What may happen next; to a machine that is over, nothing: its actor is no more. */
  private eventsAt(node: Node<Machine, World>): readonly Heard<Machine>[] {
    const { status }: AnyMachineSnapshot = node.snapshot;
    if (status !== 'active') return [];
    const descriptors = new Set(
      getNextTransitions(node.snapshot)
        .map(({ eventType }) => eventType)
        .filter((eventType) => eventType !== ''),
    );
    return [...descriptors].flatMap((descriptor) => {
      const events = this.exploration.table[descriptor];
      if (events === undefined) this.unlisted.add(descriptor);
      return events?.(node) ?? [];
    });
  }

  /** Walks back from the goals; what is not met cannot reach one. */
  private hopeless(): readonly number[] {
    if (this.exploration.goal === undefined) return [];
    const reached = new Set(this.goals);
    // A set is walked in the order of insertion, those added meanwhile included.
    for (const number of reached) {
      for (const from of this.arrivals[number] ?? []) reached.add(from);
    }
    return this.traces.map((_, number) => number).filter((number) => !reached.has(number));
  }

  private explain<Result>(number: number, act: () => Result, event?: string): Result {
    try {
      return act();
    } catch (cause) {
      const path = [...this.pathTo(number), ...(event === undefined ? [] : [event])];
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${why}\nafter:\n${path.join('\n')}`, { cause });
    }
  }

  private pathTo(number: number): Path {
    const path: string[] = [];
    for (let trace = this.traces[number]; trace; trace = this.traces[trace.parent]) {
      path.push(trace.event);
    }
    return path.reverse();
  }
}
