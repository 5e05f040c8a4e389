import { readOptions } from '../proof/options.ts';
import { median } from './figures.ts';
import { openHouse, turn } from './house.ts';
import { instantModel } from './scripted-calls.ts';

/**
 * What one turn of four model calls leaves behind inside the house, in bytes: the calls themselves cost nothing here. The
 * last line on stdout is one JSON object. A young generation that a round does not fill (see the script in package.json) makes
 * this a count, not an estimate: it hardly differs from run to run, however busy the machine is.
 */
const { numbers } = readOptions({ turns: 100, rounds: 5, warmUp: 5_000 }, []);
const USERS = 20;
/** In thousands of bytes: a chart with one more state to pass through in every turn adds about seven. */
const GOAL = 404;

const house = await openHouse({ model: instantModel, maxTeams: USERS });
let asked = 0;

async function ask(turns: number): Promise<void> {
  for (const end = asked + turns; asked < end; asked++) await turn(house, asked % USERS);
}

async function bytesPerTurn(): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await ask(numbers.turns);
  return (process.memoryUsage().heapUsed - before) / numbers.turns;
}

await ask(numbers.warmUp);
const rounds: number[] = [];
for (let round = 0; round < numbers.rounds; round++) rounds.push(await bytesPerTurn());
await house.stop();
const kBPerTurn = Math.round(median(rounds) / 1_000);
const ok = kBPerTurn <= GOAL;
console.log(JSON.stringify({ suite: 'garbage', seed: 0, ok, kBPerTurn, goal: GOAL, ...numbers }));
