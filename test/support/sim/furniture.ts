import type { TeamScope } from '../../../src/runtime/scope.ts';
import { drawFate } from './model-port.ts';
import type { Stage } from './stage.ts';

/** Furnishes a team: three things, the first at once, the others when the simulation says so. */
export function simulatedFurniture(stage: Stage) {
  let acquired = 0;
  const acquire = (scope: TeamScope): void => {
    acquired += 1;
    hold(stage, scope, `${scope.userId}#${scope.epoch}/${acquired}`);
  };
  return async (scope: TeamScope, signal: AbortSignal): Promise<void> => {
    const { dice, effects, witness, plan } = stage;
    witness.incarnations.furnishing(scope);
    acquire(scope);
    const isCareless = dice.hits(0.5);
    for (let left = 2; left > 0; left--) {
      const fate = drawFate(dice, plan.rates);
      await effects.begin<void>({
        name: 'furnish',
        owner: { userId: scope.userId, epoch: scope.epoch },
        signal,
        hangs: fate === 'hang',
        end: (isAborted) => {
          if (fate === 'bug') throw witness.bug(scope, isAborted);
        },
      });
      if (signal.aborted && !isCareless) return;
      acquire(scope);
    }
  };
}

/** One resource, and one of the ways in which giving it back can go. */
function hold({ dice, effects, witness, plan }: Stage, scope: TeamScope, name: string): void {
  const owner = { userId: scope.userId, epoch: scope.epoch };
  const trouble = plan.rates.fail;
  const how = dice.weighted([
    { kind: 'at once', weight: 1 },
    { kind: 'slowly', weight: 1 },
    { kind: 'throws', weight: trouble },
    { kind: 'rejects', weight: trouble },
    { kind: 'never', weight: trouble },
  ] as const).kind;
  witness.incarnations.acquired(owner, name);
  scope.acquire(name, () => {
    witness.disposing(name);
    if (how === 'at once' || how === 'throws') {
      witness.incarnations.disposed(name);
      if (how === 'throws') throw new Error(`${name} does not close.`);
      return;
    }
    return effects.begin<void>({
      name: `dispose ${name}`,
      owner,
      hangs: how === 'never',
      end: () => {
        witness.incarnations.disposed(name);
        if (how === 'rejects') throw new Error(`${name} does not close.`);
      },
    });
  });
}
