import { startPostgres } from '../test/support/postgres-process.ts';
import { startModelServer } from './child.ts';
import type { Batch, Cost } from './contestant.ts';
import { type Contestant, startContestant } from './contestants.ts';
import { atLeast, atMost, type Figure, type Goal, median } from './figures.ts';
import { type BenchOptions, type Part, progress } from './part.ts';

/** What a turn of four model calls costs, beside the same calls written by hand. */
export const turns: Part = {
  key: 'b',
  title: 'cost of a turn, beside a loop of fetch calls',
  async measure(options) {
    const server = await startModelServer();
    const modelUrl = server.url;
    const raw = await startContestant({ kind: 'raw', modelUrl });
    try {
      const without = await startContestant({ kind: 'house', modelUrl });
      const figures = await compare(
        { house: without, raw, how: 'no store', cpu: atMost(1), pace: atLeast(1) },
        options,
      );
      await without.close();
      return [...figures, ...(await durable(modelUrl, raw, options))];
    } finally {
      await raw.close();
      await server.close();
    }
  },
};

/** On a real PostgreSQL: every question is accepted, begun, its steps kept, and ended in it. */
async function durable(
  modelUrl: string,
  raw: Contestant,
  options: BenchOptions,
): Promise<readonly Figure[]> {
  progress('starting PostgreSQL');
  const postgres = await startPostgres();
  try {
    const databaseUrl = postgres.url('postgres');
    const house = await startContestant({ kind: 'house', modelUrl, databaseUrl });
    const figures = await compare(
      { house, raw, how: 'store', cpu: atMost(2), pace: undefined },
      options,
    );
    await house.close();
    return figures;
  } finally {
    await postgres.stop();
  }
}

interface Contest {
  readonly house: Contestant;
  readonly raw: Contestant;
  readonly how: string;
  readonly cpu: Goal;
  readonly pace: Goal | undefined;
}

const ONE_BY_ONE: Batch = { how: 'one by one', turns: 100, users: 20, firstUser: 0 };
const AT_ONCE: Batch = { how: 'at once', turns: 500, users: 500, firstUser: 0 };

async function compare(contest: Contest, { quick }: BenchOptions): Promise<Figure[]> {
  const { how, cpu, pace } = contest;
  progress(`one at a time, ${how}`);
  const single = await duel(contest, {
    batch: ONE_BY_ONE,
    rounds: quick ? 6 : 24,
    warmUpTurns: quick ? 800 : 4_000,
  });
  progress(`${AT_ONCE.turns} at once, ${how}`);
  const many = await duel(contest, {
    batch: AT_ONCE,
    rounds: quick ? 3 : 12,
    warmUpTurns: quick ? AT_ONCE.turns : 2_000,
  });
  return [
    ...cpuFigures(single, `one at a time, ${how}`, cpu),
    ...cpuFigures(many, `${AT_ONCE.turns} at once, ${how}`, undefined),
    ...paceFigures(many, `${AT_ONCE.turns} at once, ${how}`, pace),
  ];
}

interface Duel {
  readonly batch: Batch;
  readonly rounds: number;
  /** Until the compiler has seen enough of both sides. */
  readonly warmUpTurns: number;
}

interface Round {
  readonly ours: Cost;
  readonly raw: Cost;
}

/** Batches of both in turn, each side first every other time: what disturbs one disturbs both. */
async function duel(
  { house, raw }: Contest,
  { batch, rounds, warmUpTurns }: Duel,
): Promise<readonly Round[]> {
  for (let done = 0; done < warmUpTurns; done += batch.turns) {
    await house.play(batch);
    await raw.play(batch);
  }
  const played: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const [first, second] = round % 2 === 0 ? [house, raw] : [raw, house];
    const early = await first.play(batch);
    const late = await second.play(batch);
    played.push(first === house ? { ours: early, raw: late } : { ours: late, raw: early });
  }
  return played;
}

function cpuFigures(rounds: readonly Round[], how: string, goal: Goal | undefined): Figure[] {
  const [ours, raw] = [
    median(rounds.map(({ ours: { cpuMs } }) => cpuMs)),
    median(rounds.map(({ raw: { cpuMs } }) => cpuMs)),
  ];
  return [
    { name: `CPU, ${how}`, value: ours, unit: 'ms/turn' },
    { name: `CPU, ${how}, raw`, value: raw, unit: 'ms/turn' },
    { name: `CPU, ${how}, ratio`, value: ours / raw, unit: 'x raw', ...(goal && { goal }) },
  ];
}

function paceFigures(rounds: readonly Round[], how: string, goal: Goal | undefined): Figure[] {
  const [ours, raw] = [
    1_000 / median(rounds.map(({ ours: { wallMs } }) => wallMs)),
    1_000 / median(rounds.map(({ raw: { wallMs } }) => wallMs)),
  ];
  return [
    { name: `pace, ${how}`, value: ours, unit: 'turns/s' },
    { name: `pace, ${how}, raw`, value: raw, unit: 'turns/s' },
    { name: `pace, ${how}, ratio`, value: ours / raw, unit: 'x raw', ...(goal && { goal }) },
  ];
}
