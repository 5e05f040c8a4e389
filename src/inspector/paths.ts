import type { StateValue } from 'xstate';
import { innermost } from './actors.ts';

/** A state value for people: the innermost states, joined by `&` where several are active at once. */
export const pathOf = (value: StateValue): string => innermost(value).join(' & ');

/** The name of somebody who works for the leader of a nested team: `member0/member1`. */
export const withinPath = (team: string, slot: string): string => `${team}/${slot}`;

/** The name of the nested team's leader that somebody works for; `undefined` for who works for the leader of the run. */
export function teamIn(name: string): string | undefined {
  const end = name.lastIndexOf('/');
  return end === -1 ? undefined : name.slice(0, end);
}
