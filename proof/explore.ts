import type { AnyStateMachine } from 'xstate';
import { type Exploration, explore } from '../src/testing/explorer.ts';
import { everyMachine } from '../test/support/every-machine.ts';
import { connectionExploration } from '../test/support/explorations/connection.ts';
import { leaderExploration } from '../test/support/explorations/leader.ts';
import { memberExploration } from '../test/support/explorations/member.ts';
import { memoryExploration } from '../test/support/explorations/memory.ts';
import { supervisorExplorations } from '../test/support/explorations/supervisor.ts';
import { teamExploration } from '../test/support/explorations/team.ts';
import { readOptions } from './options.ts';

/**
 * Walks every state that each machine can get to in small worlds, checking its promises in each. No machine may be left
 * out, no state may be one that nothing leads out of, and from each the end must be within reach. Nothing is left to
 * chance: there is no seed. The last line on stdout is one JSON object.
 */
readOptions({});
const started = performance.now();
const sum = { machines: 0, worlds: 0, states: 0, edges: 0, deadEnds: 0, hopeless: 0 };
const unlisted = new Set<string>();
const explored = new Set<string>();

walk('connection', connectionExploration());
walk('member', memberExploration());
walk('memory', memoryExploration());
for (const mode of ['coordinate', 'route', 'broadcast'] as const) {
  for (const place of ['flat', 'with_team', 'nested', 'unkept'] as const)
    walk(`leader, ${mode}, ${place}`, leaderExploration(mode, place));
}
walk('team', teamExploration());
for (const { name, exploration } of supervisorExplorations()) {
  walk(`supervisor, ${name}`, exploration);
}

function walk<Machine extends AnyStateMachine, World>(
  name: string,
  exploration: Exploration<Machine, World>,
): void {
  const found = explore(exploration);
  explored.add(exploration.machine.id);
  sum.worlds += 1;
  sum.states += found.states;
  sum.edges += found.edges;
  sum.deadEnds += found.deadEnds.length;
  sum.hopeless += found.hopeless.length;
  for (const event of found.unlisted) unlisted.add(`${exploration.machine.id}: ${event}`);
  const [stuck] = [...found.deadEnds, ...found.hopeless];
  if (stuck !== undefined) console.error(`${name} is stuck after:\n${stuck.join('\n')}`);
  console.error(
    `${String(found.states).padStart(7)} states ${String(found.edges).padStart(8)} edges  ${name}`,
  );
}

const all = (await everyMachine()).map(({ machine }) => machine.id);
const unexplored = all.filter((id) => !explored.has(id));
sum.machines = explored.size;
const ok =
  sum.deadEnds === 0 && sum.hopeless === 0 && unlisted.size === 0 && unexplored.length === 0;
const secs = Math.round((performance.now() - started) / 100) / 10;
console.log(
  JSON.stringify({
    suite: 'explore',
    seed: 0,
    ok,
    ...sum,
    unlisted: [...unlisted],
    unexplored,
    secs,
  }),
);
if (!ok) process.exitCode = 1;
