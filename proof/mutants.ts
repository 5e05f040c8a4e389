import { startPostgres } from '../test/support/postgres-process.ts';
import { seeded } from '../test/support/random.ts';
import { allBugs } from './mutants/all.ts';
import type { PlantedBug } from './mutants/planted-bug.ts';
import { problemsWithout, whyMissed } from './mutants/suite.ts';
import { readOptions, takeText } from './options.ts';

/**
 * Plants bugs into the real source, one at a time, and demands that the test which is named for each fails then, and
 * passes without it. The last line on stdout is one JSON object. `--count`: so many of them, drawn by the seed;
 * `--only name`: this one.
 */
const only = takeText('only', process.argv.slice(2));
const { numbers } = readOptions({ seed: 1, count: allBugs.length, jobs: 2 }, [], only.rest);
const { seed } = numbers;
const WITHOUT_WITHIN_MS = 240_000;
const WITH_WITHIN_MS = 120_000;

const started = performance.now();
const planted = chosen();
const server = await startPostgres();
const databaseUrl = server.url('postgres');
const problems: string[] = [];
const missed: string[] = [];
const waiting = planted.values();
try {
  problems.push(...(await problemsWithout(planted, { databaseUrl, withinMs: WITHOUT_WITHIN_MS })));
  for (const problem of problems) console.error(problem);
  await Promise.all(Array.from({ length: numbers.jobs }, plantInTurn));
} finally {
  await server.stop();
}

async function plantInTurn(): Promise<void> {
  for (const bug of waiting) {
    const why = await whyMissed(bug, { databaseUrl, withinMs: WITH_WITHIN_MS });
    if (why === undefined) console.log(`caught  ${bug.name}  (${bug.caughtBy.file})`);
    else {
      missed.push(bug.name);
      console.log(`MISSED  ${bug.name}: ${why}`);
    }
  }
}

/** In the order of the lists, so that output can be compared. */
function chosen(): readonly PlantedBug[] {
  if (only.text !== undefined) {
    const named = allBugs.filter(({ name }) => name === only.text);
    if (named.length > 0) return named;
    console.error(`There is no planted bug "${only.text}". There are:`);
    for (const { name } of allBugs) console.error(`  ${name}`);
    process.exit(2);
  }
  const random = seeded(seed);
  const drawn = new Set(
    allBugs
      .map((bug) => ({ bug, at: random.next() }))
      .toSorted((a, b) => a.at - b.at)
      .slice(0, numbers.count)
      .map(({ bug }) => bug),
  );
  return allBugs.filter((bug) => drawn.has(bug));
}

const ok = problems.length === 0 && missed.length === 0;
console.log(
  JSON.stringify({
    suite: 'mutants',
    seed,
    ok,
    planted: planted.length,
    caught: planted.length - missed.length,
    missed,
    secs: Math.round((performance.now() - started) / 100) / 10,
  }),
);
if (!ok) process.exitCode = 1;
