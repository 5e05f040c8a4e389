import { createHash } from 'node:crypto';
import { type SimulationResult, simulate } from '../test/support/sim/story.ts';
import { readOptions } from './options.ts';

/**
 * Plays a house of the real runtime and machines in thousands of small worlds, each drawn from a seed, and
 * checks every promise after every event. The last line on stdout is one JSON object.
 */
const { numbers, flags } = readOptions({ seeds: 2000, seed: 1, events: 500 }, ['trace']);
const started = performance.now();
const hash = createHash('sha256');
const sum = { events: 0, runs: 0, activations: 0, crashes: 0, violations: 0 };
const seen = new Map<string, number>();

for (let nth = 0; nth < numbers.seeds; nth++) {
  const result = await simulate({
    seed: numbers.seed + nth,
    events: numbers.events,
    onLine: flags.has('trace') ? (line) => console.error(line) : undefined,
  });
  add(result);
  if ((nth + 1) % 100 === 0) {
    console.error(`${nth + 1} of ${numbers.seeds} seeds, ${sum.violations} violations`);
  }
}

for (const [what, times] of [...seen].sort(([a], [b]) => a.localeCompare(b))) {
  console.error(`${String(times).padStart(8)}  ${what}`);
}
const secs = Math.round((performance.now() - started) / 100) / 10;
const ok = sum.violations === 0;
const { seed, seeds } = numbers;
const traceHash = hash.digest('hex').slice(0, 16);
console.log(JSON.stringify({ suite: 'sim', seed, ok, seeds, ...sum, traceHash, secs }));
if (!ok) process.exitCode = 1;

function add(result: SimulationResult): void {
  hash.update(result.traceHash);
  sum.events += result.events;
  sum.runs += result.runs;
  sum.activations += result.activations;
  sum.crashes += result.crashes;
  sum.violations += result.violations.length;
  for (const [what, times] of result.seen) seen.set(what, (seen.get(what) ?? 0) + times);
  if (result.violations.length > 0) complain(result);
}

function complain({ seed, violations }: SimulationResult): void {
  for (const violation of violations) console.error(`seed ${seed}: ${violation}`);
  console.error(
    `again: npm run proof:sim -- --seed ${seed} --seeds 1 --events ${numbers.events} --trace`,
  );
}
