/**
 * What one decision of the supervisor costs, and what it remembers of an idle team, at 10,000 and 50,000 teams.
 * Run with `node --expose-gc bench/decision.ts`; the last line is one JSON object.
 */
import { setImmediate } from 'node:timers/promises';
import { createActor, fromTransition } from 'xstate';
import { ChannelId, RunId, UserId } from '../machines/ids.ts';
import { supervisorMachine } from '../machines/supervisor/supervisor.machine.ts';
import {
  DEFAULT_SUPERVISOR_LIMITS,
  type SupervisorEvent,
  type SupervisorOrder,
} from '../machines/supervisor/supervisor.protocol.ts';
import { teamsOf } from '../machines/supervisor/supervisor.view.ts';
import { type Random, seeded } from '../test/support/random.ts';

const SEED = 7;
const SIZES = [10_000, 50_000];
const DECISIONS = 30_000;
const MAX_MICROS = 50;
const MAX_BYTES = 400;

/** A supervisor whose orders are kept, and nothing else is done with them. */
function openHouse(maxTeams: number) {
  const orders: SupervisorOrder[] = [];
  const host = createActor(
    fromTransition((nothing: null, order: SupervisorOrder) => {
      orders.push(order);
      return nothing;
    }, null),
  ).start();
  const limits = { ...DEFAULT_SUPERVISOR_LIMITS, maxTeams };
  const supervisor = createActor(supervisorMachine, { input: { limits, host } }).start();
  const clock = { at: 1_700_000_000_000 };
  const tell = (event: SupervisorEvent): readonly SupervisorOrder[] => {
    orders.length = 0;
    supervisor.send(event);
    return orders;
  };
  return { supervisor, clock, tell };
}

type House = ReturnType<typeof openHouse>;

const userAt = (index: number): UserId => UserId(String(10n ** 17n + BigInt(index) * 7919n));

function asking(house: House, user: number, run: number): SupervisorEvent {
  const at = house.clock.at++;
  const question = {
    runId: RunId(`r${run}`),
    userId: userAt(user),
    channelId: ChannelId('lobby'),
    text: '?',
    at,
  };
  return { type: 'supervisor.ask', question, at };
}

/** Everybody asks once and is answered: all teams are idle afterwards. */
function fill(house: House, teams: number): void {
  for (let user = 0; user < teams; user++) {
    const runId = RunId(`r${user}`);
    house.tell(asking(house, user, user));
    const at = house.clock.at++;
    house.tell({
      type: 'supervisor.settled',
      userId: userAt(user),
      epoch: user + 1,
      runId,
      at,
    });
  }
}

/** Decisions as they come in a full house: regulars ask and are answered, newcomers take idle teams' places. */
function live(house: House, teams: number, random: Random): readonly number[] {
  const times: number[] = [];
  const timed = (event: SupervisorEvent): readonly SupervisorOrder[] => {
    const start = performance.now();
    const orders = house.tell(event);
    times.push((performance.now() - start) * 1000);
    return [...orders];
  };
  for (let run = teams; times.length < DECISIONS; run++) {
    const user = random.hits(0.5) ? random.upTo(teams) : run;
    const follow = (orders: readonly SupervisorOrder[]): void => {
      for (const order of orders) {
        const at = house.clock.at++;
        if (order.type === 'host.release') {
          follow(timed({ ...order, type: 'supervisor.released', at }));
        }
        if (order.type === 'host.deliver') {
          const { userId, epoch, question } = order;
          const { runId } = question;
          follow(timed({ type: 'supervisor.settled', userId, epoch, runId, at }));
        }
      }
    };
    follow(timed(asking(house, user, run)));
  }
  return times;
}

async function heapUsed(): Promise<number> {
  // What the stack still holds is not collected: a turn of the event loop lets go of it.
  for (let turn = 0; turn < 3; turn++) {
    await setImmediate();
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

async function measure(teams: number) {
  const house = openHouse(teams);
  const before = await heapUsed();
  fill(house, teams);
  const bytesPerTeam = Math.round(((await heapUsed()) - before) / teams);
  const times = [...live(house, teams, seeded(SEED))].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  const full = teamsOf(house.supervisor.getSnapshot().context.house).length;
  return {
    teams,
    alive: full,
    decisions: times.length,
    medianMicros: at(0.5),
    p99Micros: at(0.99),
    bytesPerTeam,
  };
}

// The code is warm and compiled before anything is weighed.
await measure(1_000);
const figures = [];
for (const teams of SIZES) figures.push(await measure(teams));
for (const { teams, medianMicros, p99Micros, bytesPerTeam } of figures) {
  console.log(
    `${teams} teams: ${medianMicros} µs a decision (p99 ${p99Micros} µs), ${bytesPerTeam} bytes a team`,
  );
}
const ok = figures.every(
  ({ teams, alive, medianMicros, bytesPerTeam }) =>
    alive <= teams &&
    medianMicros <= MAX_MICROS &&
    (globalThis.gc === undefined || bytesPerTeam <= MAX_BYTES),
);
console.log(JSON.stringify({ suite: 'decision', seed: SEED, ok, figures }));
if (!ok) process.exitCode = 1;
