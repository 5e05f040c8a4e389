import type { SimulatedClock } from '../../../src/testing/clock.ts';
import type { Dice } from './dice.ts';
import type { Effects } from './effects.ts';
import type { Plan } from './plan.ts';
import type { Trace } from './trace.ts';
import type { Witness } from './witness.ts';

/** What every part of a simulation works with. */
export interface Stage {
  readonly dice: Dice;
  readonly trace: Trace;
  readonly clock: SimulatedClock;
  readonly effects: Effects;
  readonly plan: Plan;
  readonly witness: Witness;
}
