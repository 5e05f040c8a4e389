import type { StateValue } from 'xstate';
import { innermost } from './actors.ts';

/** A state value for people: the innermost states, `working.acting.tools.done & working.acting.members.working`. */
export const pathOf = (value: StateValue): string => innermost(value).join(' & ');
