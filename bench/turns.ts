import { keptIn } from '../src/house-store.ts';
import { createModels, type Models } from '../src/model/models.ts';
import type { Runtime } from '../src/runtime/runtime.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { openStore } from '../src/store/store.ts';
import { startPostgres } from '../test/support/postgres-process.ts';
import { startModelServer } from './child.ts';
import { atLeast, atMost, type Figure, type Goal, median } from './figures.ts';
import { openHouse, turn } from './house.ts';
import { type BenchOptions, type Part, progress } from './part.ts';
import { rawTurn } from './raw-loop.ts';

/** What a turn of four model calls costs, beside the same calls written by hand. */
export const turns: Part = {
  key: 'b',
  title: 'cost of a turn, beside a loop of fetch calls',
  async measure(options) {
    const server = await startModelServer();
    const models = openModels(server.url);
    const raw = (): Promise<void> => rawTurn(server.url);
    try {
      return [
        ...(await withoutStore({ models, raw }, options)),
        ...(await withStore({ models, raw }, options)),
      ];
    } finally {
      await models.close();
      await server.close();
    }
  },
};

function openModels(url: string): Models {
  return createModels({
    providers: [{ kind: 'groq', name: 'groq', apiKey: 'bench', baseUrl: url }],
    agents: { default: [{ provider: 'groq', model: 'bench' }] },
    facts: { bench: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } },
  });
}

interface Sides {
  readonly models: Models;
  readonly raw: () => Promise<void>;
}

const MAX_TEAMS = 1_000;

async function withoutStore({ models, raw }: Sides, options: BenchOptions): Promise<Figure[]> {
  const house = await openHouse({ model: models, maxTeams: MAX_TEAMS });
  try {
    return await compare(
      { house, raw, how: 'no store', cpu: atMost(1), pace: atLeast(1) },
      options,
    );
  } finally {
    await house.stop();
  }
}

/** On a real PostgreSQL: every question is accepted, begun, ended and closed in it. */
async function withStore({ models, raw }: Sides, options: BenchOptions): Promise<Figure[]> {
  progress('starting PostgreSQL');
  const postgres = await startPostgres();
  const url = postgres.url('postgres');
  try {
    const store = await openStore({ place: { kind: 'postgres', url } });
    const kept = keptIn(store, { clock: systemClock, log: silentLog });
    const house = await openHouse({ model: models, maxTeams: MAX_TEAMS, ...kept });
    try {
      return await compare({ house, raw, how: 'store', cpu: atMost(2), pace: undefined }, options);
    } finally {
      await house.stop();
      await store.close();
    }
  } finally {
    await postgres.stop();
  }
}

interface Contest {
  readonly house: Runtime;
  readonly raw: () => Promise<void>;
  readonly how: string;
  readonly cpu: Goal;
  readonly pace: Goal | undefined;
}

const AT_ONCE = 500;
const ONE_BY_ONE = 100;
/** How many users take turns where one turn follows the other. */
const USERS = 20;

async function compare(contest: Contest, { quick }: BenchOptions): Promise<Figure[]> {
  const { house, raw, how, cpu, pace } = contest;
  const ours = (n: number): Promise<void> => turn(house, n);
  progress(`one at a time, ${how}`);
  const single = await duel({
    ours: () => oneByOne(ours),
    raw: () => oneByOne(raw),
    rounds: quick ? 6 : 24,
    turns: ONE_BY_ONE,
    warmUpTurns: quick ? 800 : 4_000,
  });
  progress(`${AT_ONCE} at once, ${how}`);
  const many = await duel({
    ours: () => allAtOnce(ours),
    raw: () => allAtOnce(raw),
    rounds: quick ? 3 : 12,
    turns: AT_ONCE,
    warmUpTurns: quick ? AT_ONCE : 2_000,
  });
  return [
    ...cpuFigures(single, `one at a time, ${how}`, cpu),
    ...cpuFigures(many, `${AT_ONCE} at once, ${how}`, undefined),
    ...paceFigures(many, `${AT_ONCE} at once, ${how}`, pace),
  ];
}

type Turn = (user: number) => Promise<void>;

async function oneByOne(one: Turn): Promise<void> {
  for (let n = 0; n < ONE_BY_ONE; n++) await one(n % USERS);
}

async function allAtOnce(one: Turn): Promise<void> {
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => one(n)));
}

interface Duel {
  readonly ours: () => Promise<void>;
  readonly raw: () => Promise<void>;
  readonly rounds: number;
  /** Turns in one batch. */
  readonly turns: number;
  /** Until the compiler has seen enough of both sides. */
  readonly warmUpTurns: number;
}

interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

interface Round {
  readonly ours: Cost;
  readonly raw: Cost;
}

/**
 * Batches of both in turn, each side first every other time: what disturbs one disturbs both. Before each measured batch
 * one goes uncounted: a house runs with one of the two, and cleans up only after itself.
 */
async function duel({
  ours,
  raw,
  rounds,
  turns: count,
  warmUpTurns,
}: Duel): Promise<readonly Round[]> {
  for (let done = 0; done < warmUpTurns; done += count) {
    await ours();
    await raw();
  }
  const played: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const isOursFirst = round % 2 === 0;
    const early = await settledCost(isOursFirst ? ours : raw, count);
    const late = await settledCost(isOursFirst ? raw : ours, count);
    played.push(isOursFirst ? { ours: early, raw: late } : { ours: late, raw: early });
  }
  return played;
}

async function settledCost(batch: () => Promise<void>, count: number): Promise<Cost> {
  await batch();
  return costOf(batch, count);
}

async function costOf(batch: () => Promise<void>, count: number): Promise<Cost> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await batch();
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuMs: (user + system) / 1_000 / count,
    wallMs: (performance.now() - from) / count,
  };
}

function cpuFigures(rounds: readonly Round[], how: string, goal: Goal | undefined): Figure[] {
  const ratio = median(rounds.map(({ ours, raw }) => ours.cpuMs / raw.cpuMs));
  return [
    {
      name: `CPU, ${how}`,
      value: median(rounds.map(({ ours }) => ours.cpuMs)),
      unit: 'ms/turn',
    },
    {
      name: `CPU, ${how}, raw`,
      value: median(rounds.map(({ raw }) => raw.cpuMs)),
      unit: 'ms/turn',
    },
    { name: `CPU, ${how}, ratio`, value: ratio, unit: 'x raw', ...(goal && { goal }) },
  ];
}

function paceFigures(rounds: readonly Round[], how: string, goal: Goal | undefined): Figure[] {
  const paceOf = ({ wallMs }: Cost): number => 1_000 / wallMs;
  return [
    {
      name: `pace, ${how}`,
      value: median(rounds.map(({ ours }) => paceOf(ours))),
      unit: 'turns/s',
    },
    {
      name: `pace, ${how}, raw`,
      value: median(rounds.map(({ raw }) => paceOf(raw))),
      unit: 'turns/s',
    },
    {
      name: `pace, ${how}, ratio`,
      value: median(rounds.map(({ ours, raw }) => paceOf(ours) / paceOf(raw))),
      unit: 'x raw',
      ...(goal && { goal }),
    },
  ];
}
