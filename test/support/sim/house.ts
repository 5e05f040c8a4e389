import { RunId } from '../../../machines/ids.ts';
import type { Question } from '../../../machines/question.ts';
import type { Unfinished } from '../../../src/runtime/dispatcher.ts';
import { type Runtime, startRuntime } from '../../../src/runtime/runtime.ts';
import type { RuntimeOptions } from '../../../src/runtime/runtime-options.ts';
import { simulatedClock } from '../../../src/testing/clock.ts';
import { diceOf } from './dice.ts';
import { Effects } from './effects.ts';
import { simulatedFurniture } from './furniture.ts';
import { markOf } from './marks.ts';
import { simulatedModel, simulatedTools } from './model-port.ts';
import { drawPlan } from './plan.ts';
import type { PlantedFault } from './planted-fault.ts';
import { witnessedLog } from './scene.ts';
import type { Stage } from './stage.ts';
import { simulatedInbox, simulatedRuns } from './store-port.ts';
import { openTrace } from './trace.ts';
import { Witness } from './witness.ts';

/** A world with nobody in it yet. */
export function setStage(seed: number, onLine?: (line: string) => void): Stage {
  const dice = diceOf(seed);
  const plan = drawPlan(dice);
  const trace = openTrace(onLine);
  const clock = simulatedClock();
  const effects = new Effects(trace);
  const witness = new Witness({ plan, trace, clock });
  return { dice, plan, trace, clock, effects, witness };
}

/** The real runtime in a simulated world. */
export function openHouse(
  stage: Stage,
  unfinished: readonly Unfinished[],
  fault: PlantedFault | undefined,
): Runtime {
  const { plan, clock, dice } = stage;
  const options: RuntimeOptions = {
    roster: plan.roster,
    limits: plan.limits,
    graceMs: plan.graceMs,
    clock,
    random: dice.next,
    log: witnessedLog(stage),
    model: simulatedModel(stage),
    tools: simulatedTools(stage),
    runs: simulatedRuns(stage),
    inbox: plan.inbox === undefined ? undefined : simulatedInbox(stage, unfinished),
    furnish: plan.isFurnished ? simulatedFurniture(stage) : undefined,
    memory: plan.hasMemoryWatch
      ? () => ({ usedBytes: dice.between(50, 100), limitBytes: 100 })
      : undefined,
  };
  const runtime = startRuntime(fault?.options?.(options, stage) ?? options);
  return fault?.runtime?.(runtime, stage) ?? runtime;
}

/** A question of somebody, about food or poison. */
export function questionOf({ dice, plan, clock }: Stage, name: string): Question {
  const userId = dice.pick(plan.users);
  const channelId = dice.pick(plan.channels);
  const what = dice.hits(plan.poison) ? 'poison' : 'food';
  const text = `What about ${what}? ${markOf({ userId, channelId })}`;
  return { runId: RunId(name), userId, channelId, text, at: clock.now() };
}
