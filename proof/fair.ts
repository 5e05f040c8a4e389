import { seeded } from '../test/support/random.ts';
import { type FairHouse, openFairHouse, type Told } from './fair-house.ts';
import { readOptions } from './options.ts';
import { pause, within } from './waiting.ts';

/**
 * One user asks a thousand questions a second beside 99 who ask as people do; then a thousand users come at once. Shows
 * that the others are answered as before, that the house never holds more teams than it may, and that everybody is told.
 * Times with and without the abuser are taken in turns, so that a busy machine is as hard on the one as on the other.
 * The last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ seed: 1, rounds: 3, seconds: 7, users: 99, stampede: 1_000 });
const { seed, rounds, seconds, users } = numbers;
const ABUSE = { perTick: 10, tickMs: 10, channels: 50 };
const THINK_MS = { least: 500, spread: 1_000 };
const PLACES = { abuse: 50, stampede: 100 };
const MOST = { ratio: 2, refusalMs: 1_000 };
const STAMPEDE_WITHIN_MS = 60_000;

const started = performance.now();
const random = seeded(seed);
const abuse = await withHouse({ maxTeams: PLACES.abuse }, beAbused);
const stampede = await withHouse(
  { maxTeams: PLACES.stampede, maxWaiting: Math.ceil(numbers.stampede / 2) },
  beStampeded,
);

/** What happened while the abuser was away, and while not. */
interface Abuse {
  readonly alone: readonly Told[];
  readonly beside: readonly Told[];
  readonly abuser: readonly Told[];
}

async function beAbused(house: FairHouse): Promise<Abuse> {
  const alone: Told[] = [];
  const beside: Told[] = [];
  const abuser: Told[] = [];
  // Code and plans are compiled, connections made.
  await live(house, []);
  for (let round = 0; round < rounds; round++) {
    await live(house, alone);
    const ends = new AbortController();
    const flood = abuseFor(house, ends.signal, abuser);
    await live(house, beside);
    ends.abort();
    await flood;
    console.error(`round ${round + 1} of ${rounds}: ${abuser.length} questions of the abuser`);
  }
  return { alone, beside, abuser };
}

/** Everybody asks, reads the answer and thinks, for so many seconds. */
async function live(house: FairHouse, into: Told[]): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  const one = async (user: number): Promise<void> => {
    await pause(random.next() * THINK_MS.spread);
    while (performance.now() < end) {
      into.push(await house.ask(`user${user}`, 'lobby'));
      await pause(THINK_MS.least + random.next() * THINK_MS.spread);
    }
  };
  await Promise.all(Array.from({ length: users }, (_, user) => one(user)));
}

async function abuseFor(house: FairHouse, signal: AbortSignal, into: Told[]): Promise<void> {
  const under: Promise<unknown>[] = [];
  const from = performance.now();
  let asked = 0;
  while (!signal.aborted) {
    const due = Math.floor((performance.now() - from) / ABUSE.tickMs) * ABUSE.perTick;
    for (; asked < due; asked++) {
      const channel = `channel${random.upTo(ABUSE.channels)}`;
      under.push(house.ask('abuser', channel).then((told) => into.push(told)));
    }
    await pause(ABUSE.tickMs);
  }
  await Promise.all(under);
}

async function beStampeded(house: FairHouse) {
  const told: Told[] = [];
  const all = Promise.all(
    Array.from({ length: numbers.stampede }, (_, user) =>
      house.ask(`user${user}`, `channel${user}`).then((one) => told.push(one)),
    ),
  );
  await within(STAMPEDE_WITHIN_MS, all);
  return { told: [...told], maxLive: house.maxLive() };
}

async function withHouse<Result>(
  limits: { readonly maxTeams: number; readonly maxWaiting?: number },
  work: (house: FairHouse) => Promise<Result>,
): Promise<Result> {
  const house = await openFairHouse({ random, limits });
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

const isRefused = ({ outcome }: Told): boolean => outcome.kind === 'refused';
const isAnswered = ({ outcome }: Told): boolean => outcome.kind === 'answered';
const rounded = (ms: number): number => Math.round(ms * 10) / 10;
const slowestOf = (told: readonly Told[]): number =>
  rounded(Math.max(0, ...told.map(({ ms }) => ms)));

function p95(told: readonly Told[]): number {
  const sorted = told.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return rounded(sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN);
}

const baselineP95 = p95(abuse.alone);
const abusedP95 = p95(abuse.beside);
const ratio = Math.round((abusedP95 / baselineP95) * 100) / 100;
const unanswered = [...abuse.alone, ...abuse.beside].filter((told) => !isAnswered(told)).length;
const refusals = [...abuse.abuser, ...stampede.told].filter(isRefused);
const lasting = stampede.told.filter(isAnswered);
// Neither answered nor told at once that there is no room.
const starved =
  numbers.stampede -
  lasting.length -
  stampede.told.filter(
    ({ outcome }) => outcome.kind === 'refused' && outcome.refusal.kind === 'house_full',
  ).length;
const slowestRefusalMs = slowestOf(refusals);
const ok =
  ratio <= MOST.ratio &&
  unanswered === 0 &&
  stampede.maxLive <= PLACES.stampede &&
  starved === 0 &&
  slowestRefusalMs <= MOST.refusalMs;
console.log(
  JSON.stringify({
    suite: 'fair',
    seed,
    ok,
    baselineP95,
    abusedP95,
    ratio,
    questions: abuse.alone.length + abuse.beside.length,
    unanswered,
    abuser: { asked: abuse.abuser.length, answered: abuse.abuser.filter(isAnswered).length },
    stampede: {
      asked: numbers.stampede,
      answered: lasting.length,
      slowestAnswerMs: slowestOf(lasting),
    },
    maxLive: stampede.maxLive,
    starved,
    refused: refusals.length,
    slowestRefusalMs,
    secs: Math.round((performance.now() - started) / 100) / 10,
  }),
);
if (!ok) process.exitCode = 1;
