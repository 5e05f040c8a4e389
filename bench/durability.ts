import { startPostgres } from '../test/support/postgres-process.ts';
import { countRoundTrips } from '../test/support/round-trips.ts';
import { startProxy, type TcpProxy } from '../test/support/tcp-proxy.ts';
import { startModelServer } from './child.ts';
import type { Batch } from './contestant.ts';
import { type Contestant, startContestant } from './contestants.ts';
import { atLeast, atMost, type Figure, median } from './figures.ts';
import { type BenchOptions, type Part, progress } from './part.ts';

const ROUND_TRIPS = atMost(8);
const LONG_SESSION_RATIO = atMost(1.1);
const TURNS_PER_SECOND = atLeast(150);

/** What it costs that nothing is lost: round trips, the length of a session, how many turns a PostgreSQL takes. */
export const durability: Part = {
  key: 'e',
  title: 'cost of durability, on PostgreSQL',
  async measure(options) {
    progress('starting PostgreSQL');
    const postgres = await startPostgres();
    const server = await startModelServer();
    const wire = await startProxy({ host: '127.0.0.1', port: postgres.port });
    const databaseUrl = postgres.url('postgres');
    const house = (url: string): Promise<Contestant> =>
      startContestant({ kind: 'house', modelUrl: server.url, databaseUrl: url });
    const onWire = await house(behind(wire, databaseUrl));
    const direct = await house(databaseUrl);
    try {
      return [
        ...(await roundTrips(onWire, wire)),
        await sustained(direct, options),
        ...(await longSessions(direct, options)),
      ];
    } finally {
      await onWire.close();
      await direct.close();
      await wire.close();
      await server.close();
      await postgres.stop();
    }
  },
};

function behind(wire: TcpProxy, url: string): string {
  const target = new URL(url);
  target.port = String(wire.port);
  return target.href;
}

const oneByOne = (turns: number, firstUser: number): Batch => ({
  how: 'one by one',
  turns,
  users: 1,
  firstUser,
});

const AT_ONCE: Batch = { how: 'at once', turns: 200, users: 200, firstUser: 1_000 };

async function roundTrips(house: Contestant, wire: TcpProxy): Promise<readonly Figure[]> {
  progress('round trips');
  const perTurn = async (batch: Batch): Promise<number> => {
    // Connections are made and statements prepared once.
    for (let warm = 0; warm < 2; warm++) await house.play(batch);
    const count = countRoundTrips(wire);
    await house.play(batch);
    return count() / batch.turns;
  };
  const single = await perTurn(oneByOne(20, 0));
  const many = await perTurn(AT_ONCE);
  return [
    { name: 'round trips', value: single, unit: '/turn', goal: ROUND_TRIPS },
    { name: `round trips, ${AT_ONCE.users} users at once`, value: many, unit: '/turn' },
  ];
}

/** Many users at once, each with one question after the other. */
async function sustained(house: Contestant, { quick }: BenchOptions): Promise<Figure> {
  progress('sustained throughput');
  const rounds = quick ? 8 : 40;
  for (let warm = 0; warm < 4; warm++) await house.play(AT_ONCE);
  const from = performance.now();
  for (let round = 0; round < rounds; round++) await house.play(AT_ONCE);
  const seconds = (performance.now() - from) / 1_000;
  return {
    name: `sustained throughput, ${AT_ONCE.users} users`,
    value: (rounds * AT_ONCE.turns) / seconds,
    unit: 'turns/s',
    goal: TURNS_PER_SECOND,
  };
}

const SHORT_USER = 5_000;
const LONG_USER = 6_000;
const BATCH = 10;

/**
 * Users whose channel has seen ten turns, each measured for ten more, beside one whose channel has seen a thousand. What
 * disturbs one disturbs the other: they take turns.
 */
async function longSessions(
  house: Contestant,
  { quick }: BenchOptions,
): Promise<readonly Figure[]> {
  const runs = quick ? 200 : 1_000;
  progress(`a session of ${runs} runs`);
  await house.play(oneByOne(runs, LONG_USER));
  const short: { readonly cpuMs: number; readonly wallMs: number }[] = [];
  const long: typeof short = [];
  for (let round = 0; round < (quick ? 10 : 30); round++) {
    const newcomer = SHORT_USER + round;
    await house.play(oneByOne(10, newcomer));
    short.push(await house.play(oneByOne(BATCH, newcomer)));
    long.push(await house.play(oneByOne(BATCH, LONG_USER)));
  }
  const ratioOf = (of: 'cpuMs' | 'wallMs'): number =>
    median(long.map((cost) => cost[of])) / median(short.map((cost) => cost[of]));
  const name = `a turn after ${runs} runs in a session, beside one after 10`;
  return [
    { name: `CPU, ${name}`, value: ratioOf('cpuMs'), unit: 'x', goal: LONG_SESSION_RATIO },
    { name: `time, ${name}`, value: ratioOf('wallMs'), unit: 'x', goal: LONG_SESSION_RATIO },
  ];
}
