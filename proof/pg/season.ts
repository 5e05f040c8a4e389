import type { Store } from '../../src/store/store.ts';
import { runSql } from '../../test/support/postgres-admin.ts';
import type { PostgresProcess } from '../../test/support/postgres-process.ts';
import { type Random, seeded } from '../../test/support/random.ts';
import { startProxy, type TcpProxy } from '../../test/support/tcp-proxy.ts';
import { judge, type Verdict } from '../kill9-judge.ts';
import { pause, within } from '../waiting.ts';
import { type House, openHouse } from './house.ts';
import { MISHAPS, type Place } from './troubles.ts';

/** What one season of mishaps came to. */
export interface Season extends Verdict {
  readonly mishaps: readonly string[];
  readonly questions: number;
  readonly queries: number;
  readonly slowestQueryMs: number;
  /** From the end of a mishap until every connection of the pool answers. */
  readonly slowestRecoveryMs: number;
  /** Connections made in the worst minute. */
  readonly maxReconnectsPerMinute: number;
  /** Writes that were undone for the sake of another, in mishaps that nobody may feel. */
  readonly conflicts: number;
  /** Calls of the store that failed during those. */
  readonly felt: number;
  readonly complaints: readonly string[];
}

const CONNECTIONS = 4;
const MISHAPS_IN_A_SEASON = 3;
/** One mishap in so many lasts much longer than a query may take. */
const LONG_ONE_IN = 8;
const LONG_MS = 12_000;
const RECOVERS_WITHIN_MS = 30_000;
const ANSWERED_WITHIN_MS = 60_000;
const CLOSES_WITHIN_MS = 25_000;

/** People ask while the database has one mishap after the other; then everything must be answered, once. */
export async function liveThrough(server: PostgresProcess, seed: number): Promise<Season> {
  const name = `season_${seed}`;
  await runSql(server.url('postgres'), `create database ${name}`);
  const wire = await startProxy({ host: '127.0.0.1', port: server.port });
  const reconnects = countPerMinute(wire);
  const place: Place = { server, wire, url: server.url(name) };
  const behind = new URL(place.url);
  behind.port = String(wire.port);
  const house = await openHouse(behind.href, CONNECTIONS);
  try {
    const recoveries = await storm(place, house, seeded(seed));
    const { chat, timings } = house;
    const complaints = await endOf(house);
    return {
      ...judge(chat.posted, house.asked()),
      mishaps: recoveries.map(({ mishap }) => mishap),
      questions: house.asked(),
      queries: timings.calls,
      slowestQueryMs: timings.slowestMs,
      slowestRecoveryMs: Math.max(...recoveries.map(({ tookMs }) => tookMs)),
      maxReconnectsPerMinute: reconnects(),
      conflicts: sumOf(recoveries, ({ conflicts }) => conflicts),
      felt: sumOf(recoveries, ({ felt }) => felt),
      complaints,
    };
  } finally {
    await house.close();
    await wire.close();
    await runSql(server.url('postgres'), `drop database ${name} with (force)`);
  }
}

interface Recovery {
  readonly mishap: string;
  readonly tookMs: number;
  readonly conflicts: number;
  readonly felt: number;
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

async function storm(place: Place, house: House, random: Random): Promise<readonly Recovery[]> {
  // Drawn before anything happens: how long things take is not the seed's to say.
  const plan = Array.from({ length: MISHAPS_IN_A_SEASON }, () => ({
    calmMs: 200 + random.upTo(400),
    mishap: random.pick(MISHAPS),
    lastsMs: random.upTo(LONG_ONE_IN) === 0 ? LONG_MS : 200 + random.upTo(2_300),
  }));
  const recoveries: Recovery[] = [];
  for (const { calmMs, mishap, lastsMs } of plan) {
    await askFor(calmMs, house, random);
    // What an earlier mishap has done to a question must not be laid at this one's door.
    if (mishap.unfelt !== undefined) await house.isAnswered(ANSWERED_WITHIN_MS);
    const failedBefore = house.timings.failed;
    await mishap.begin(place, random);
    await askFor(lastsMs, house, random);
    const conflicts = await mishap.unfelt?.(place);
    const felt = conflicts === undefined ? 0 : house.timings.failed - failedBefore;
    await mishap.end(place);
    const tookMs = await recovery(house.store, mishap.name);
    recoveries.push({ mishap: mishap.name, tookMs, conflicts: conflicts ?? 0, felt });
  }
  return recoveries;
}

async function askFor(ms: number, house: House, random: Random): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    house.ask(random);
    await pause(Math.min(50 + random.upTo(300), Math.max(0, until - performance.now())));
  }
}

/** How long until every connection of the pool answers again. */
async function recovery(store: Store, from: string): Promise<number> {
  const healedAt = performance.now();
  for (;;) {
    const reads = Array.from({ length: CONNECTIONS }, () => store.gateways.read('nobody'));
    const all = await Promise.allSettled(reads);
    const tookMs = performance.now() - healedAt;
    if (all.every(({ status }) => status === 'fulfilled')) return tookMs;
    if (tookMs > RECOVERS_WITHIN_MS) throw new Error(`It does not recover from ${from}.`);
    await pause(50);
  }
}

/** Closes the house; gives back what is wrong with the way it ended. */
async function endOf(house: House): Promise<readonly string[]> {
  const complaints: string[] = [];
  if (!(await house.isAnswered(ANSWERED_WITHIN_MS))) {
    const last = house.log.lines.filter(({ level }) => level !== 'debug').slice(-8);
    complaints.push(`Not everything was answered. ${JSON.stringify(last)}`);
  }
  const closed = await within(
    CLOSES_WITHIN_MS,
    house.close().then(() => true),
  );
  if (closed === undefined) {
    const { teamCount } = house.view();
    complaints.push(`It still closes ${house.closing()}, with ${teamCount} teams in it.`);
  }
  if (house.timings.open > 0) complaints.push(`${house.timings.open} calls never settled.`);
  return complaints;
}

const MINUTE_MS = 60_000;

function countPerMinute(wire: TcpProxy): () => number {
  const times: number[] = [];
  wire.onAccepted(() => times.push(performance.now()));
  const inMinuteFrom = (from: number): number =>
    times.filter((at) => at >= from && at < from + MINUTE_MS).length;
  return () => Math.max(0, ...times.map(inMinuteFrom));
}
