import type { AnyMachineSnapshot, AnyStateMachine, EventFrom, InputFrom } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { pathOf } from '../inspector/paths.ts';

/** The way to one state of a machine. */
export interface PathToState {
  /** As a path: `working.thinking`; the parts of a parallel state are joined by ` & `. */
  readonly state: string;
  /** What is heard on the way, without the start. */
  readonly events: readonly { readonly type: string }[];
}

export interface PathOptions<Machine extends AnyStateMachine> {
  readonly input: InputFrom<Machine>;
  /** What is tried in every state: events of the machine, and those of its ports and timers. */
  readonly events: readonly (
    | EventFrom<Machine>
    | { readonly type: `xstate.${string}`; readonly [key: string]: unknown }
  )[];
}

/**
 * The shortest way to each state that these events lead to, by XState's own graph functions. Two places count as one when
 * their state is the same, whatever the machine knows there: a state that wants a count to be reached (a last attempt) is
 * not found. For those, `explore`.
 */
export function shortestPaths<Machine extends AnyStateMachine>(
  machine: Machine,
  { input, events }: PathOptions<Machine>,
): readonly PathToState[] {
  const machineOfAnyKind: AnyStateMachine = machine;
  const found = getShortestPaths(machineOfAnyKind, {
    input,
    events: [...events],
    serializeState: ({ value }: AnyMachineSnapshot) => JSON.stringify(value),
  });
  return found.map(({ state, steps }) => ({
    state: pathOf(state.value),
    events: steps.map(({ event }) => event).filter(({ type }) => type !== 'xstate.init'),
  }));
}
