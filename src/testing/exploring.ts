import type { EventObject } from 'xstate';
import type { ChatMessage } from '../../machines/conversation.ts';

/** Throws what was promised when the promise is broken. */
export function assert(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`broken promise: ${promise}`);
}

interface Action {
  readonly type: string;
  readonly params?: unknown;
}

type Params = Readonly<Record<string, unknown>>;

/** The events that a step sends. */
export const sentIn = (actions: readonly Action[]): readonly EventObject[] =>
  paramsOf(actions, 'xstate.sendTo').map(({ event }) => event as EventObject);

/** The children that a step starts. */
export const startedIn = (actions: readonly Action[]): readonly Params[] =>
  paramsOf(actions, 'xstate.spawnChild');

/** XState types the parameters of its own actions as unknown. */
const paramsOf = (actions: readonly Action[], type: string): readonly Params[] =>
  actions.flatMap((action) => (action.type === type ? [action.params as Params] : []));

/** Tool calls in a transcript that no entry answers. */
export function unansweredIn(transcript: readonly ChatMessage[]): number {
  const calls = transcript.flatMap((entry) =>
    entry.role === 'assistant' ? (entry.toolCalls ?? []) : [],
  );
  const answers = transcript.filter(({ role }) => role === 'tool');
  return calls.length - answers.length;
}

/** One entry of an explorer's payload table: the outcomes of an invoked port, named by its state. */
export const settles = (state: string, outputs: readonly unknown[]) => ({
  [`xstate.done.actor.0.${state}`]: () =>
    outputs.map((output) => ({ type: `xstate.done.actor.0.${state}` as const, output })),
});

/** One entry of an explorer's payload table: a timer, as `<delay>.<state>`. */
export const elapses = (timer: string) => ({
  [`xstate.after.${timer}`]: () => [{ type: `xstate.after.${timer}` as const }],
});
