import type { AnyStateMachine, StateValueMap } from 'xstate';
import type { InspectedEvent } from '../shared/inspected-event.ts';

/** What Stately's inspector (`@statelyai/inspect`) is told: its protocol of version 0.7. */
export type StatelyMessage = StatelyBase &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        readonly parentId: string | undefined;
        /** The machine as JSON. */
        readonly definition: string;
        readonly snapshot: StatelySnapshot;
      }
    | {
        readonly type: '@xstate.event';
        readonly event: { readonly type: string };
        readonly sourceId: string | undefined;
      }
    | {
        readonly type: '@xstate.snapshot';
        readonly event: { readonly type: string };
        readonly snapshot: StatelySnapshot;
      }
  );

interface StatelyBase {
  readonly sessionId: string;
  readonly rootId: string;
  /** Milliseconds since 1970, as a text. */
  readonly createdAt: string;
  readonly id: null;
  readonly _version: string;
}

/** Context is always empty: what machines know is nobody else's. */
interface StatelySnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly value: StateValueMap | string | undefined;
  readonly context: Readonly<Record<string, never>>;
}

const PROTOCOL = '0.7.2';

/** What is remembered of an actor that was told of. */
interface Known {
  readonly rootId: string;
  value: StatelySnapshot['value'];
  heard: string;
}

/** Puts what the feed tells of one team into Stately's words. What that protocol has no word for is left out. */
export class StatelyTranslator {
  readonly #definitions: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Known>();

  constructor(machines: readonly AnyStateMachine[]) {
    this.#definitions = new Map(machines.map(({ id, config }) => [id, JSON.stringify(config)]));
  }

  translate(event: InspectedEvent): StatelyMessage | undefined {
    switch (event.type) {
      case 'actor.started':
        return this.#started(event);
      case 'message.sent':
        return this.#sent(event);
      case 'actor.moved':
        return this.#moved(event);
      case 'actor.stopped':
        return this.#stopped(event);
      default:
        return undefined;
    }
  }

  #started(event: Extract<InspectedEvent, { type: 'actor.started' }>): StatelyMessage {
    const { actor, parent, name, machine, at, states } = event;
    const rootId = this.#known.get(parent ?? '')?.rootId ?? actor;
    const value = states.length === 0 ? undefined : valueOfPaths(states);
    this.#known.set(actor, { rootId, value, heard: 'xstate.init' });
    return {
      type: '@xstate.actor',
      name,
      parentId: parent,
      definition: this.#definitions.get(machine) ?? JSON.stringify({ id: machine }),
      snapshot: { status: 'active', value, context: {} },
      ...base(actor, rootId, at),
    };
  }

  #sent({ from, to, event, at }: Extract<InspectedEvent, { type: 'message.sent' }>) {
    const known = this.#known.get(to);
    if (known === undefined) return undefined;
    known.heard = event;
    const told = { type: '@xstate.event', event: { type: event }, sourceId: from } as const;
    return { ...told, ...base(to, known.rootId, at) };
  }

  #moved({ actor, states, event, at }: Extract<InspectedEvent, { type: 'actor.moved' }>) {
    const known = this.#known.get(actor);
    if (known === undefined) return undefined;
    known.value = valueOfPaths(states);
    known.heard = event;
    return snapshotOf(known, { actor, at, status: 'active' });
  }

  #stopped({ actor, how, at }: Extract<InspectedEvent, { type: 'actor.stopped' }>) {
    const known = this.#known.get(actor);
    if (known === undefined) return undefined;
    this.#known.delete(actor);
    return snapshotOf(known, { actor, at, status: how });
  }
}

const base = (sessionId: string, rootId: string, at: number): StatelyBase => ({
  sessionId,
  rootId,
  createdAt: String(at),
  id: null,
  _version: PROTOCOL,
});

interface Seen {
  readonly actor: string;
  readonly at: number;
  readonly status: StatelySnapshot['status'];
}

const snapshotOf = ({ value, heard, rootId }: Known, { actor, at, status }: Seen) => ({
  type: '@xstate.snapshot' as const,
  event: { type: heard },
  snapshot: { status, value, context: {} },
  ...base(actor, rootId, at),
});

/** From the innermost states back to a state value: `a.b` and `a.c` are `{ a: { b: {}, c: {} } }`, and `a.b` is `{ a: 'b' }`. */
function valueOfPaths(paths: readonly string[]): StateValueMap | string {
  const heads = Map.groupBy(paths, (path) => path.split('.', 1)[0] ?? '');
  const entries = [...heads].map(([head, inner]): [string, StateValueMap | string] => {
    const rest = inner.flatMap((path) => (path === head ? [] : [path.slice(head.length + 1)]));
    return [head, rest.length === 0 ? {} : valueOfPaths(rest)];
  });
  const [only, ...others] = entries;
  const isLeaf = only !== undefined && others.length === 0 && paths[0] === only[0];
  return isLeaf ? only[0] : Object.fromEntries(entries);
}
