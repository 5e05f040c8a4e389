import { createInspector } from '@statelyai/inspect';
import type { AnyActorRef } from 'xstate';
import { UserId } from '../machines/ids.ts';
import { PURE } from '../machines/tool-policy.ts';
import { readOptions } from '../proof/options.ts';
import { createFeed } from '../src/inspector/feed.ts';
import { createRecorder } from '../src/inspector/recorder.ts';
import { scriptedModel } from '../src/model/scripted.ts';
import type { RunRecorder } from '../src/runtime/run-recorder.ts';
import type { HouseWatcher } from '../src/runtime/watcher.ts';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { aRoster } from '../src/testing/builders.ts';
import { cast, delegate, say, use } from '../src/testing/scripts.ts';
import { createTroupe, type Troupe } from '../src/troupe.ts';

/**
 * Transitions a second of one team that answers questions with a tool and two members, in one process: bare, with a feed
 * that nobody follows (`off`), with one that is followed (`on`), with a recorder, and with Stately's own inspector. The
 * ways take many short turns, so that what else the machine does meets all of them alike; the slowest quarter of each
 * way's turns does not count. The last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ rounds: 300, runs: 10 });
const USER = 'ada';

interface Looking {
  readonly watcher?: HouseWatcher;
  readonly recorder?: RunRecorder;
}

/** A way to look at the house: made, and begun once there is a team to be looked at. */
const WAYS = {
  bare: (): Looking => ({}),
  off: (): Looking => ({ watcher: aFeed().watcher }),
  on: (): Looking => {
    const feed = aFeed();
    feed.follow(UserId(USER), () => {});
    return { watcher: feed.watcher };
  },
  recorder: (): Looking => ({ recorder: createRecorder({ clock: systemClock }) }),
  stately: (): Looking => ({ watcher: watchedByStately() }),
} as const;
type Way = keyof typeof WAYS;
const NAMES: readonly Way[] = ['bare', 'off', 'on', 'recorder', 'stately'];

const aFeed = () => createFeed({ clock: systemClock, log: silentLog });

/** Its messages are made and go nowhere: what it costs to send them is not counted. */
function watchedByStately(): HouseWatcher {
  const inspector = createInspector({ send() {} });
  return {
    supervisorStarts() {},
    teamStarts: (_team, root: AnyActorRef) => void root.system.inspect(inspector.inspect),
    memoryStarts() {},
    teamEnds() {},
  };
}

async function aHouse(looking: Looking): Promise<Troupe> {
  const script = cast({
    leader: [use('look'), delegate({ math: 'Add.', words: 'Say.' }), say('42')],
    math: [use('look'), say('six')],
    words: [say('seven')],
  });
  return createTroupe({
    roster: aRoster(),
    model: scriptedModel(script),
    tools: {
      policyOf: () => PURE,
      run: () => Promise.resolve({ kind: 'returned', content: 'done' }),
    },
    ...looking,
  });
}

async function answer(troupe: Troupe, runId: string): Promise<void> {
  for await (const event of troupe.ask({ userId: USER, channelId: 'lobby', text: '?', runId })) {
    if (event.type !== 'run.settled') continue;
    if (event.outcome.kind !== 'answered') throw new Error(`It ${event.outcome.kind}.`);
  }
}

/** What one answer takes: steps of machines that heard something. */
async function transitionsOfOneRun(): Promise<number> {
  let count = 0;
  const feed: HouseWatcher = {
    supervisorStarts() {},
    teamStarts: (_team, root) =>
      void root.system.inspect(({ type, actorRef }) => {
        const isMachine = 'getSnapshot' in actorRef && 'machine' in Object(actorRef.getSnapshot());
        if (type === '@xstate.snapshot' && isMachine) count += 1;
      }),
    memoryStarts() {},
    teamEnds() {},
  };
  const troupe = await aHouse({ watcher: feed });
  await answer(troupe, 'warm');
  const before = count;
  await answer(troupe, 'counted');
  await troupe.stop();
  return count - before;
}

/** Milliseconds of CPU for so many answers, whatever the inspector puts off included. */
async function measure(troupe: Troupe, round: number): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < numbers.runs; n++) await answer(troupe, `${round}-${n}`);
  await new Promise((resolve) => setTimeout(resolve, 0));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const perRun = await transitionsOfOneRun();
const houses = new Map<Way, Troupe>();
for (const way of NAMES) houses.set(way, await aHouse(WAYS[way]()));
const taken = new Map<Way, number[]>(NAMES.map((way) => [way, []]));
for (let round = 0; round <= numbers.rounds; round++) {
  // Each way goes first as often as the others, and follows each of them.
  for (const way of [
    ...NAMES.slice(round % NAMES.length),
    ...NAMES.slice(0, round % NAMES.length),
  ]) {
    const troupe = houses.get(way);
    if (troupe === undefined) continue;
    const ms = await measure(troupe, round);
    // The first rounds warm up.
    if (round > numbers.rounds / 10) taken.get(way)?.push(ms);
  }
}
for (const troupe of houses.values()) await troupe.stop();

function usual(way: Way): number {
  const turns = (taken.get(way) ?? []).toSorted((a, b) => a - b);
  const counted = turns.slice(0, Math.ceil(turns.length * 0.75));
  return counted.reduce((sum, ms) => sum + ms, 0) / counted.length;
}
const perSecond = (way: Way): number => Math.round((perRun * numbers.runs * 1_000) / usual(way));
/** How much more a run takes than bare. */
const overhead = (way: Way): number => Math.round((usual(way) / usual('bare') - 1) * 1_000) / 10;

const transitionsPerSecond = Object.fromEntries(NAMES.map((way) => [way, perSecond(way)]));
const overheadPercent = Object.fromEntries(NAMES.slice(1).map((way) => [way, overhead(way)]));
const ok = overhead('off') <= 3 && overhead('on') <= 30;
console.log(
  JSON.stringify({
    suite: 'tracer',
    seed: 0,
    ok,
    ...numbers,
    transitionsPerRun: perRun,
    transitionsPerSecond,
    overheadPercent,
    goals: { off: 3, on: 30 },
  }),
);
