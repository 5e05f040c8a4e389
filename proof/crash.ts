import { lastingDatabase } from '../test/support/crash/database.ts';
import { type Ending, live } from '../test/support/crash/world.ts';
import { seeded } from '../test/support/random.ts';
import { readOptions } from './options.ts';

/**
 * Lets the process die after every single change that it makes to the world, and after every pair of them: the second
 * time in the life that recovers from the first. Then everything must be answered once and nothing done twice. The last
 * line on stdout is one JSON object. `--pairs`: at most so many pairs, drawn by the seed.
 */
const ALL_PAIRS = 1_000_000;
const { numbers } = readOptions({ seed: 1, pairs: ALL_PAIRS });
const { seed } = numbers;

const started = performance.now();
const database = await lastingDatabase();
const sum = { answered: 0, excused: 0, lost: 0, partial: 0, doubled: 0, repeated: 0 };
const complaints: string[] = [];

const [deeds = 0] = (await check([])).deeds;
const pairs: [number, number][] = [];
for (let first = 1; first <= deeds; first++) {
  const [, recovering = 0] = (await check([first])).deeds;
  for (let second = 1; second <= recovering; second++) pairs.push([first, second]);
}
const drawn = drawnFrom(pairs);
for (const [nth, pair] of drawn.entries()) {
  await check(pair);
  if ((nth + 1) % 100 === 0) console.error(`${nth + 1} of ${drawn.length} pairs`);
}
await database.close();

async function check(deaths: readonly number[]): Promise<Ending> {
  const ending = await live(database, deaths);
  const { answered, excused, lost, partial, doubled, repeated } = ending;
  sum.answered += answered;
  sum.excused += excused;
  sum.lost += lost;
  sum.partial += partial;
  sum.doubled += doubled;
  sum.repeated += repeated.length;
  // A life that outlives its own death has done something else than the last time.
  const died = ending.deeds.length === deaths.length + 1;
  if (lost + partial + doubled + repeated.length > 0 || !died) {
    complaints.push(`Dead after ${deaths.join(', then ')}:\n${ending.story.join('\n')}`);
  }
  return ending;
}

function drawnFrom(all: readonly [number, number][]): readonly [number, number][] {
  const random = seeded(seed);
  return all
    .map((pair) => ({ pair, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, numbers.pairs)
    .map(({ pair }) => pair);
}

const ok = complaints.length === 0;
for (const complaint of complaints.slice(0, 3)) console.error(complaint);
console.log(
  JSON.stringify({
    suite: 'crash',
    seed,
    ok,
    writes: deeds,
    points: deeds,
    pairs: drawn.length,
    allPairs: pairs.length,
    ...sum,
    secs: Math.round((performance.now() - started) / 100) / 10,
  }),
);
if (!ok) process.exitCode = 1;
