import type { RunId } from '../../../machines/ids.ts';
import { LEADER_SLOTS } from '../../../machines/leader/leader.protocol.ts';
import { isAtRest } from '../../../machines/team/desk.ts';
import { teamMachine } from '../../../machines/team/team.machine.ts';
import type { TeamInput, TeamReport } from '../../../machines/team/team.protocol.ts';
import { aQuestion, aRoster } from '../../../src/testing/builders.ts';
import type { Exploration, Node } from '../../../src/testing/explorer.ts';
import { assert, elapses, sentIn, settles } from '../../../src/testing/exploring.ts';
import { nobody } from '../../../src/testing/stepped-machine.ts';
import { asks, finishes, isGone, READY, UNREADY } from '../a-team.ts';

const QUESTIONS = ['lobby1', 'lobby2', 'lobby3', 'den1', 'attic1'] as const;
const LIMITS = { concurrency: 2, maxQueuedPerChannel: 1, maxQueued: 2 };
const SLOTS = LEADER_SLOTS.slice(0, 3);

const input: TeamInput = {
  userId: aQuestion().userId,
  epoch: 1,
  roster: aRoster(),
  limits: LIMITS,
  reportTo: nobody,
};

/** What somebody who only hears the team would know. */
interface World {
  readonly asked: readonly string[];
  readonly started: readonly string[];
  readonly settled: readonly string[];
  readonly unavailable: number;
}

type At = Node<typeof teamMachine, World>;

const channelOf = (name: string): string => name.replace(/\d+$/, '');

/** The next question of each channel: a person writes one after the other. */
const nextAsks = ({ world }: At) =>
  QUESTIONS.filter((name) => !world.asked.includes(name))
    .filter((name, n, all) => all.findIndex((o) => channelOf(o) === channelOf(name)) === n)
    .map(asks);

function hear(world: World, report: TeamReport): World {
  switch (report.type) {
    case 'team.started': {
      const { runId } = report.run;
      assert(!world.started.includes(runId), 'a run starts once');
      assert(!world.settled.includes(runId), 'no run starts after its end');
      const earlier = world.started.filter((name) => channelOf(name) === channelOf(runId));
      assert(
        earlier.every((name) => name < runId),
        'a channel is worked on in order',
      );
      return { ...world, started: [...world.started, runId] };
    }
    case 'team.settled':
      assert(world.asked.includes(report.run.runId), 'only what was asked is settled');
      assert(!world.settled.includes(report.run.runId), 'a question is settled once');
      assert(
        (report.by === 'leader') === world.started.includes(report.run.runId),
        'a leader settles what was started, the team what was not',
      );
      return { ...world, settled: [...world.settled, report.run.runId] };
    case 'team.unavailable':
      return { ...world, unavailable: world.unavailable + 1 };
    default:
      return world;
  }
}

function checkPlace({ snapshot, world }: At): void {
  const { mailbox, running } = snapshot.context;
  const channels = running.map(({ question }) => question.channelId);
  const inHand: readonly RunId[] = [
    ...mailbox.map(({ runId }) => runId),
    ...running.map(({ question }) => question.runId),
  ];
  const open = world.asked.filter((name) => !world.settled.includes(name));

  assert(new Set(channels).size === channels.length, 'one run per channel');
  assert(running.length <= LIMITS.concurrency, 'no more runs than allowed');
  assert(mailbox.length <= LIMITS.maxQueued, 'the mailbox is bounded');
  assert(new Set(running.map(({ slot }) => slot)).size === running.length, 'one run per place');
  assert([...inHand].sort().join() === [...open].sort().join(), 'no question is lost or invented');
  const leaders = Object.keys(snapshot.children).filter((id) => id.startsWith('leader'));
  assert(
    leaders.sort().join() ===
      running
        .map(({ slot }) => slot)
        .sort()
        .join(),
    'leaders live exactly where runs are',
  );
  if (snapshot.matches({ open: 'idle' })) assert(isAtRest(snapshot.context), 'idle means empty');
  if (snapshot.matches({ open: 'busy' }))
    assert(!isAtRest(snapshot.context), 'busy means that there is something in hand');
  if (snapshot.status === 'done') {
    assert(isAtRest(snapshot.context), 'a team ends with nothing in hand');
    assert(Object.keys(snapshot.children).length === 0, 'a team ends with nobody at work');
  }
}

/** All that can happen to it in a small world, and what must hold there. */
export const teamExploration = (): Exploration<typeof teamMachine, World> => ({
  machine: teamMachine,
  input,
  world: { asked: [], started: [], settled: [], unavailable: 0 },
  table: {
    ...settles('team.arriving.hydrating', [READY, UNREADY]),
    ...elapses('backoff.team.arriving.resting'),
    ...elapses('arrival.team.arriving'),
    ...elapses('arrival.team.arriving'),
    'team.ask': nextAsks,
    'team.cancel': ({ world }) => [
      { type: 'team.cancel' },
      ...world.asked.slice(-1).map((name) => ({
        type: 'team.cancel' as const,
        channelId: aQuestion({ channel: channelOf(name) }).channelId,
      })),
    ],
    'team.drain': () => [true, false].map((force) => ({ type: 'team.drain' as const, force })),
    'leader.finished': () => SLOTS.map((slot) => finishes(slot)),
    'xstate.done.actor.*': ({ snapshot }) =>
      SLOTS.filter((slot) => snapshot.children[slot] === undefined).map(isGone),
  },
  key: ({ snapshot: { value, context }, world }) =>
    JSON.stringify([
      value,
      context.failures,
      context.mailbox.map(({ runId }) => runId),
      context.running.map(({ slot, question }) => [slot, question.runId]),
      [world.asked, world.started, world.settled].map((names) => [...names].sort()),
      world.unavailable,
    ]),
  observe: ({ from: { world }, event, actions }) => {
    const asked =
      event.type === 'team.ask' && 'question' in event
        ? { ...world, asked: [...world.asked, (event.question as { runId: string }).runId] }
        : world;
    // What the team tells its host; what it tells its leaders is not for the host.
    const told = sentIn(actions).filter(({ type }) => type.startsWith('team.'));
    return told.reduce((known, report) => hear(known, report as TeamReport), asked);
  },
  check: checkPlace,
  goal: ({ snapshot, world }) =>
    snapshot.status === 'done' && world.settled.length === world.asked.length,
  maxStates: 60_000,
});
