import { seeded } from '../test/support/random.ts';
import { readOptions } from './options.ts';
import { openProofHouse, PLACES, RESOURCES_PER_TEAM } from './passivation-house.ts';
import { type Sample, slopeOf } from './slope.ts';

/**
 * Activates and passivates a hundred thousand teams through the real runtime and shows that nothing of them is
 * left: no heap, no resource, no handle. The last line on stdout is one JSON object. Needs `--expose-gc`.
 */
const { numbers } = readOptions({ activations: 100_000, seed: 1 });
const { seed } = numbers;
const MAX_SLOPE_BYTES = 20;
/** Users who come at once: half of the house. The others are idle, and leave for them. */
const WAVE = PLACES / 2;
const USERS = 10_000;
const SAMPLES = 40;
/** Caches and the optimiser take this share of the run to settle. */
const WARM_UP = 0.2;

const { gc } = globalThis;
if (gc === undefined) {
  console.error('Run it with --expose-gc, as npm run proof:passivation does.');
  process.exit(2);
}

const started = performance.now();
const baseline = process.getActiveResourcesInfo().length;
const random = seeded(seed);
const house = await openProofHouse(random.next);
const outcomes = new Map<string, number>();
const samples: Sample[] = [];
const every = numbers.activations / SAMPLES;

while (house.counts.activations < numbers.activations) {
  const users = new Set(Array.from({ length: WAVE }, () => random.upTo(USERS)));
  for (const outcome of await Promise.all([...users].map((user) => house.ask(user)))) {
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  if (house.counts.activations >= (samples.length + 1) * every) await sample();
}
await house.stop();
await turn();

const { activations, acquired, disposed, repeated, maxLive } = house.counts;
const settledSamples = samples.slice(Math.floor(samples.length * WARM_UP));
const { slope, upper95 } = slopeOf(settledSamples);
const handlesLeft = process.getActiveResourcesInfo().length - baseline;
const unanswered = [...outcomes].filter(([kind]) => kind !== 'answered');
const ok =
  slope <= MAX_SLOPE_BYTES &&
  acquired === activations * RESOURCES_PER_TEAM &&
  disposed === acquired &&
  repeated === 0 &&
  house.listeners() === 0 &&
  handlesLeft === 0 &&
  maxLive <= PLACES &&
  unanswered.length === 0;
const secs = Math.round((performance.now() - started) / 100) / 10;
console.error(`outcomes: ${JSON.stringify(Object.fromEntries(outcomes))}`);
console.log(
  JSON.stringify({
    suite: 'passivation',
    seed,
    ok,
    activations,
    slopeBytes: rounded(slope),
    slopeUpper95: rounded(upper95),
    acquired,
    disposed,
    maxLive,
    handlesLeft,
    secs,
  }),
);
if (!ok) process.exitCode = 1;

/** The heap that is really in use, with a hundred teams alive. */
async function sample(): Promise<void> {
  await turn();
  gc?.();
  gc?.();
  const { heapUsed } = process.memoryUsage();
  samples.push({ x: house.counts.activations, y: heapUsed });
  if (samples.length % 10 === 0) {
    const { activations, live } = house.counts;
    console.error(`${activations} activations, ${live} alive, ${(heapUsed / 1e6).toFixed(2)} MB`);
  }
}

/** Until everything that can end by itself has. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

function rounded(bytes: number): number {
  return Math.round(bytes * 100) / 100;
}
