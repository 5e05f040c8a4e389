import { createActor, fromTransition } from 'xstate';
import type { TeamReport } from '../machines/team/team.protocol.ts';
import { bindTeam } from '../src/runtime/bind.ts';
import { Teams } from '../src/runtime/teams.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { atMost, type Figure, median } from './figures.ts';
import { NO_TOOLS, openHouse, TEAM_LIMITS, turn, userId } from './house.ts';
import { heapInUse } from './memory.ts';
import { type BenchOptions, type Part, progress } from './part.ts';
import { ROSTER } from './roster.ts';
import { instantModel } from './scripted-calls.ts';

const IDLE_TEAM_BYTES = atMost(6_500);
const SERVED_TEAM_BYTES = atMost(8_000);
const COMING_AND_GOING_US = atMost(100);

/** What a team costs: time to bring one to life, heap while it is idle, before and after it has served. */
export const creation: Part = {
  key: 'a',
  title: 'creation of teams',
  async measure(options) {
    await warmUp();
    const figures: Figure[] = [];
    for (const count of options.quick ? [1_000, 10_000] : [1_000, 10_000, 50_000]) {
      progress(`${count} idle teams`);
      figures.push(...(await idleTeams(count)));
    }
    progress('coming and going');
    figures.push(await comingAndGoing(options));
    for (const count of options.quick ? [1_000] : [1_000, 10_000]) {
      progress(`${count} teams that have served a turn`);
      figures.push(...(await servedTeams(count)));
    }
    return figures;
  },
};

/** Teams on their own, without a supervisor. */
function openTeams() {
  const reports = createActor(fromTransition((state: null, _: TeamReport) => state, null)).start();
  let released = 0;
  const teams: Teams = new Teams({
    machine: bindTeam({
      model: instantModel,
      tools: NO_TOOLS,
      runs: undefined,
      clock: systemClock,
      log: silentLog,
      isCurrent: (team) => teams.isCurrent(team),
      furnish: () => Promise.resolve(),
      draft: () => {},
    }),
    roster: ROSTER,
    limits: TEAM_LIMITS,
    unkept: true,
    clock: systemClock,
    log: silentLog,
    leaveMs: 5_000,
    disposeMs: 5_000,
    reportTo: reports,
    onCrashed: ({ userId: who }) => {
      throw new Error(`The team of ${who} crashed.`);
    },
    onReleased: () => {
      released += 1;
    },
  });
  return { teams, released: () => released };
}

const refOf = (user: number) => ({ userId: userId(user), epoch: user + 1 });

/** Brings them to life and waits until the last one has been hydrated. */
async function activate(teams: Teams, users: Iterable<number>): Promise<void> {
  for (const user of users) teams.activate(refOf(user));
  await promisesDone();
}

/** Sends them away and waits until the last one has left. */
async function release(teams: Teams, users: Iterable<number>): Promise<void> {
  for (const user of users) teams.release(refOf(user), { reason: 'idle', force: false });
  await promisesDone();
}

/** Hydrating and leaving are a few promises deep; immediates come after all of them. */
const promisesDone = () => new Promise((resolve) => setImmediate(resolve));

function range(from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

async function warmUp(): Promise<void> {
  const { teams } = openTeams();
  for (let round = 0; round < 5; round++) {
    await activate(teams, range(0, 1_000));
    await release(teams, range(0, 1_000));
  }
}

async function idleTeams(count: number): Promise<Figure[]> {
  const { teams, released } = openTeams();
  const users = range(0, count);
  const before = await heapInUse();
  const from = performance.now();
  await activate(teams, users);
  const tookUs = (performance.now() - from) * 1_000;
  const heap = (await heapInUse()) - before;
  await release(teams, users);
  if (released() !== count) throw new Error(`${count - released()} teams did not leave.`);
  return [
    { name: `activate, ${count} teams`, value: tookUs / count, unit: 'us/team' },
    {
      name: `heap, idle, ${count} teams`,
      value: heap / count,
      unit: 'bytes/team',
      goal: IDLE_TEAM_BYTES,
    },
  ];
}

/** At 10,000 teams: the oldest leave, as many newcomers arrive. */
async function comingAndGoing({ quick }: BenchOptions): Promise<Figure> {
  const { teams, released } = openTeams();
  const live = 10_000;
  const batch = 500;
  const batches = quick ? 20 : 60;
  await activate(teams, range(0, live));
  const perTeam: number[] = [];
  for (let first = 0; first < batches * batch; first += batch) {
    const from = performance.now();
    await release(teams, range(first, batch));
    await activate(teams, range(first + live, batch));
    perTeam.push(((performance.now() - from) * 1_000) / batch);
  }
  if (released() !== batches * batch || teams.size !== live) throw new Error('The count is off.');
  await release(teams, range(batches * batch, live));
  return {
    name: `passivate and activate at ${live} teams`,
    value: median(perTeam),
    unit: 'us/team',
    goal: COMING_AND_GOING_US,
  };
}

/** In a whole house: the supervisor's row is part of the cost. */
async function servedTeams(count: number): Promise<Figure[]> {
  const house = await openHouse({ model: instantModel, maxTeams: count });
  const atOnce = 100;
  const before = await heapInUse();
  const from = performance.now();
  for (let first = 0; first < count; first += atOnce) {
    await Promise.all(range(first, atOnce).map((user) => turn(house, user)));
  }
  const tookUs = (performance.now() - from) * 1_000;
  const heap = (await heapInUse()) - before;
  const alive = house.view(0).teamCount;
  await house.stop();
  if (alive !== count)
    throw new Error(`${count - alive} teams were gone before they were weighed.`);
  return [
    { name: `first turn, model at once, ${count} teams`, value: tookUs / count, unit: 'us/turn' },
    {
      name: `heap, served a turn, ${count} teams`,
      value: heap / count,
      unit: 'bytes/team',
      goal: SERVED_TEAM_BYTES,
    },
  ];
}
