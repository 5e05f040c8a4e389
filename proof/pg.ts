import { startPostgres } from '../test/support/postgres-process.ts';
import { readOptions } from './options.ts';
import { liveThrough, type Season } from './pg/season.ts';

/**
 * Mishaps between a house and its PostgreSQL, one after the other, while people ask: every query settles, the house
 * recovers by itself, does not hammer the server, and nothing is lost. The last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ seeds: 50, seed: 1, lanes: 4 });
const { seed, seeds } = numbers;

const QUERY_SETTLES_WITHIN_MS = 10_000;
const RECOVERS_WITHIN_MS = 5_000;
const RECONNECTS_PER_MINUTE = 60;

const started = performance.now();
const waiting = Array.from({ length: seeds }, (_, nth) => seed + nth).values();
const seasons: Season[] = [];
const complaints: string[] = [];
await Promise.all(Array.from({ length: Math.min(numbers.lanes, seeds) }, lane));

/** A server of its own, which may be killed. */
async function lane(): Promise<void> {
  const server = await startPostgres();
  try {
    for (const one of waiting) {
      const season = await liveThrough(server, one);
      seasons.push(season);
      const wrong = problemsOf(season);
      complaints.push(...wrong.map((what) => `--seeds 1 --seed ${one}: ${what}`));
      console.error(
        `seed ${one}: ${season.mishaps.join(', ')}${wrong.length > 0 ? ' FAILED' : ''}`,
      );
    }
  } finally {
    await server.stop();
  }
}

function problemsOf(season: Season): readonly string[] {
  const { lost, partial, doubled, slowestQueryMs, slowestRecoveryMs, mishaps } = season;
  const during = mishaps.join(', ');
  const problems = [...season.complaints];
  if (lost + partial + doubled > 0) {
    problems.push(`${lost} lost, ${partial} partial, ${doubled} doubled during ${during}.`);
  }
  if (season.felt > 0) {
    problems.push(`${season.felt} calls failed of conflicts that are over with a second try.`);
  }
  if (slowestQueryMs > QUERY_SETTLES_WITHIN_MS) {
    problems.push(`A query took ${Math.round(slowestQueryMs)} ms during ${during}.`);
  }
  if (slowestRecoveryMs > RECOVERS_WITHIN_MS) {
    problems.push(`It took ${Math.round(slowestRecoveryMs)} ms to recover from ${during}.`);
  }
  if (season.maxReconnectsPerMinute > RECONNECTS_PER_MINUTE) {
    problems.push(`${season.maxReconnectsPerMinute} connections in a minute during ${during}.`);
  }
  return problems;
}

const sumOf = (of: (season: Season) => number): number =>
  seasons.reduce((sum, season) => sum + of(season), 0);
const worst = (of: (season: Season) => number): number => Math.round(Math.max(...seasons.map(of)));

const ok = complaints.length === 0;
for (const complaint of complaints) console.error(complaint);
console.log(
  JSON.stringify({
    suite: 'pg',
    seed,
    ok,
    seeds,
    faults: sumOf(({ mishaps }) => mishaps.length),
    questions: sumOf(({ questions }) => questions),
    queries: sumOf(({ queries }) => queries),
    slowestQueryMs: worst(({ slowestQueryMs }) => slowestQueryMs),
    slowestRecoveryMs: worst(({ slowestRecoveryMs }) => slowestRecoveryMs),
    maxReconnectsPerMinute: worst(({ maxReconnectsPerMinute }) => maxReconnectsPerMinute),
    conflicts: sumOf(({ conflicts }) => conflicts),
    felt: sumOf(({ felt }) => felt),
    answered: sumOf(({ answered }) => answered),
    excused: sumOf(({ excused }) => excused),
    lost: sumOf(({ lost }) => lost),
    partial: sumOf(({ partial }) => partial),
    doubled: sumOf(({ doubled }) => doubled),
    secs: Math.round((performance.now() - started) / 100) / 10,
  }),
);
if (!ok) process.exitCode = 1;
