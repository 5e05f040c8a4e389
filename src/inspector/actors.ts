import type { ActorRefLike, AnyActorRef, Snapshot, StateValue } from 'xstate';
import { isRecord } from '../shared/parse.ts';

/** XState types what it inspects as less than it is. */
export const isActor = (ref: ActorRefLike | undefined): ref is AnyActorRef =>
  ref !== undefined && 'src' in ref && 'id' in ref;

/** The name of a machine or of a port, as the machines call it. */
export function machineOf({ src }: AnyActorRef): string {
  if (typeof src === 'string') return src;
  return 'id' in src && typeof src.id === 'string' ? src.id : 'unnamed';
}

/** The innermost states of a state value: `working.acting.using`. None for what is no machine. */
export function statesOf(snapshot: Snapshot<unknown>): readonly string[] {
  const value = stateValueOf(snapshot);
  return value === undefined ? [] : innermost(value);
}

/** Where a machine is; `undefined` for what is no machine. */
export const stateValueOf = (snapshot: Snapshot<unknown>): StateValue | undefined =>
  // What has a value and children is the snapshot of a machine, and the value its state.
  'value' in snapshot && 'children' in snapshot ? (snapshot.value as StateValue) : undefined;

/** The paths of the states within which there are no others. */
export function innermost(value: StateValue, around = ''): readonly string[] {
  if (typeof value === 'string') return [`${around}${value}`];
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : innermost(inner, `${around}${name}.`),
  );
}

/** What a machine or a port was given; `undefined` where it is not a record. */
export function inputOf(snapshot: Snapshot<unknown>): unknown {
  if ('context' in snapshot && isRecord(snapshot.context)) return snapshot.context['input'];
  return 'input' in snapshot ? snapshot.input : undefined;
}

/** The id of the run that something was given to work at. */
export function runIdIn(given: unknown): string | undefined {
  if (!isRecord(given) || !isRecord(given['run'])) return undefined;
  const { runId } = given['run'];
  return typeof runId === 'string' ? runId : undefined;
}
