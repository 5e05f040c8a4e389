import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { DrawnState } from '../shared/inspection.ts';

/** One state of a machine, as a diagram shows it: it has no place yet. */
export type ChartState = Omit<DrawnState, 'x' | 'y' | 'width' | 'height' | 'inside'>;

/** One way from a state to another; `to` is left out when the state is not left. */
export interface ChartTransition {
  readonly from: string;
  readonly to?: string;
  /** The event in words: its type, `done: callModel`, `after deadline`; empty for one that is taken at once. */
  readonly event: string;
  /** The name of the condition, where it has one. */
  readonly guard?: string;
}

/** A machine as a picture needs it: no context, no code. */
export interface Chart {
  readonly machine: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/** Reads the statechart of a machine. */
export function chartOf(machine: AnyStateMachine): Chart {
  const nodes = descendants(machine.root);
  return {
    machine: machine.id,
    states: nodes.map(stateOf),
    // What the machine as a whole answers to has no state to be drawn from: it stands at the top.
    transitions: [machine.root, ...nodes].flatMap(transitionsOf),
  };
}

const childrenOf = (node: AnyStateNode): readonly AnyStateNode[] => Object.values(node.states);

const descendants = (node: AnyStateNode): readonly AnyStateNode[] =>
  childrenOf(node).flatMap((child) => [child, ...descendants(child)]);

const idOf = (node: AnyStateNode): string => node.path.join('.');

function stateOf(node: AnyStateNode): ChartState {
  const { parent } = node;
  const within = parent === undefined ? '' : idOf(parent);
  return {
    id: idOf(node),
    name: node.key,
    ...(within === '' ? {} : { within }),
    kind: node.type,
    isInitial: parent?.type === 'compound' && parent.initial.target?.includes(node) === true,
    invokes: node.invoke.map(({ src }) => nameOf(src)),
  };
}

function transitionsOf(node: AnyStateNode): readonly ChartTransition[] {
  const all = [...node.transitions.values()].flat();
  const immediate = node.always ?? [];
  return [...all, ...immediate].flatMap((transition) => drawn(node, transition));
}

function drawn(node: AnyStateNode, transition: AnyTransitionDefinition): ChartTransition[] {
  const { target, guard, eventType } = transition;
  const event = eventInWords(node, eventType);
  const shown = {
    from: idOf(node),
    event,
    ...(guard === undefined ? {} : { guard: nameOf(guard) }),
  };
  if (target === undefined) return [shown];
  return target.map((to: AnyStateNode) => ({ ...shown, to: idOf(to) }));
}

/** XState's own event names carry ids of states and actors: people read what they mean. */
function eventInWords(node: AnyStateNode, type: string): string {
  const after = /^xstate\.after\.([^.]*)\./.exec(type)?.[1];
  if (after !== undefined) return `after ${after}`;
  if (type.startsWith('xstate.done.state.')) return 'done';
  const failed = type.startsWith('xstate.error.actor.');
  if (failed || type.startsWith('xstate.done.actor.')) {
    const invoked = node.invoke.find(({ id }) => type.endsWith(`.${id}`));
    const what = failed ? 'error' : 'done';
    return invoked === undefined ? what : `${what}: ${nameOf(invoked.src)}`;
  }
  return type;
}

/** Guards and actors are named, or are objects with a type, or (nameless) code. */
function nameOf(named: unknown): string {
  if (typeof named === 'string') return named;
  if (typeof named === 'object' && named !== null && 'type' in named) return String(named.type);
  return 'unnamed';
}
