import { createModels, type Models } from '../src/model/models.ts';
import type { Runtime } from '../src/runtime/runtime.ts';
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
    const house = await openHouse({ model: models, maxTeams: 1_000 });
    try {
      return await compare({ house, raw: () => rawTurn(server.url) }, 'no store', options);
    } finally {
      await house.stop();
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

interface Contest {
  readonly house: Runtime;
  readonly raw: () => Promise<void>;
}

const AT_ONCE = 500;
/** How many users take turns where one turn follows the other. */
const USERS = 20;

async function compare(
  { house, raw }: Contest,
  how: string,
  options: BenchOptions,
): Promise<Figure[]> {
  const goals = { cpu: atMost(1), pace: atLeast(1) };
  const oneByOne = (one: (n: number) => Promise<void>) => async (): Promise<void> => {
    for (let n = 0; n < 40; n++) await one(n % USERS);
  };
  const allAtOnce = (one: (n: number) => Promise<void>) => async (): Promise<void> => {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => one(n)));
  };
  const ours = (n: number): Promise<void> => turn(house, n);
  progress(`one at a time, ${how}`);
  const single = await duel({
    ours: oneByOne(ours),
    raw: oneByOne(raw),
    rounds: options.quick ? 15 : 60,
    turns: 40,
  });
  progress(`${AT_ONCE} at once, ${how}`);
  const many = await duel({
    ours: allAtOnce(ours),
    raw: allAtOnce(raw),
    rounds: options.quick ? 5 : 15,
    turns: AT_ONCE,
  });
  return [
    ...cpuFigures(single, `one at a time, ${how}`, goals.cpu),
    ...cpuFigures(many, `${AT_ONCE} at once, ${how}`, undefined),
    ...paceFigures(many, `${AT_ONCE} at once, ${how}`, goals.pace),
  ];
}

interface Duel {
  readonly ours: () => Promise<void>;
  readonly raw: () => Promise<void>;
  readonly rounds: number;
  /** Turns in one batch. */
  readonly turns: number;
}

interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

interface Round {
  readonly ours: Cost;
  readonly raw: Cost;
}

/** Batches of both, one after the other and each side first every other time: what disturbs one disturbs both. */
async function duel({ ours, raw, rounds, turns: count }: Duel): Promise<readonly Round[]> {
  const warmUps = 5;
  const played: Round[] = [];
  for (let round = 0; round < rounds + warmUps; round++) {
    const first = round % 2 === 0 ? ours : raw;
    const a = await costOf(first, count);
    const b = await costOf(first === ours ? raw : ours, count);
    if (round >= warmUps) played.push(first === ours ? { ours: a, raw: b } : { ours: b, raw: a });
  }
  return played;
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

function paceFigures(rounds: readonly Round[], how: string, goal: Goal): Figure[] {
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
      goal,
    },
  ];
}
