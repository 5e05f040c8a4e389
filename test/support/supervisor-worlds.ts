import type { SnapshotFrom } from 'xstate';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import type { Outstanding } from '../../machines/supervisor/outstanding.ts';
import { supervisorMachine } from '../../machines/supervisor/supervisor.machine.ts';
import {
  DEFAULT_SUPERVISOR_LIMITS,
  type SupervisorEvent,
  type SupervisorLimits,
} from '../../machines/supervisor/supervisor.protocol.ts';
import type { Exploration, Node, Step } from '../../src/testing/explorer.ts';
import { type HostModel, hear, newHost } from './host-model.ts';
import { DAWN, nobody } from './stepped-house.ts';
import { checkAgreement, checkTurns, checkVictims, ordersOf } from './supervisor-checks.ts';

/** How often each kind of thing may still happen: what keeps a world small. */
type Budget = Readonly<Partial<Record<SupervisorEvent['type'], number>>>;

/** A small world around a supervisor. */
export interface SmallWorld {
  readonly users: readonly string[];
  readonly questionsEach: number;
  readonly limits: Partial<SupervisorLimits>;
  /** What may happen only so often; anything else may happen as often as it can. */
  readonly budget: Budget;
  readonly causes?: readonly ('bug' | 'unavailable')[];
  readonly sizes?: readonly number[];
}

interface World {
  readonly at: number;
  readonly model: HostModel;
  readonly asked: Readonly<Record<string, number>>;
  readonly budget: Budget;
}

type Place = Node<typeof supervisorMachine, World>;
type Table = Exploration<typeof supervisorMachine, World>['table'];

/** Everything that can happen in a small world, with every promise checked on the way. */
export function explorationOf(
  small: SmallWorld,
  maxStates: number,
): Exploration<typeof supervisorMachine, World> {
  const limits = { ...DEFAULT_SUPERVISOR_LIMITS, ...small.limits };
  const asked = Object.fromEntries(small.users.map((user) => [user, 0]));
  return {
    machine: supervisorMachine,
    input: { limits, host: nobody },
    world: { at: DAWN, model: newHost(limits.maxTeams), asked, budget: small.budget },
    table: tableOf(small),
    key: keyOf,
    observe,
    check: ({ snapshot, world }) => checkAgreement(snapshot, world.model),
    goal: ({ world }) => world.model.open.size === 0,
    maxStates,
  };
}

function observe(step: Step<typeof supervisorMachine, World>): World {
  // The table below makes declared events only.
  const event = step.event as SupervisorEvent;
  const { world, snapshot: before } = step.from;
  const orders = ordersOf(step.actions);
  const model = hear(world.model, event, orders);
  checkVictims(step.snapshot, orders);
  checkTurns(before, step.snapshot);
  return {
    at: event.at,
    model,
    asked: event.type === 'supervisor.ask' ? countAsked(world.asked, event) : world.asked,
    budget: spend(world.budget, event.type),
  };
}

type Snapshot = SnapshotFrom<typeof supervisorMachine>;

function tableOf({ users, questionsEach, causes = ['bug'], sizes = [] }: SmallWorld): Table {
  const userIds = users.map((user) => UserId(user));
  return {
    'supervisor.ask': ({ world }) =>
      userIds
        .filter((userId, index) => {
          // Users differ in nothing: that they first speak in this order leaves out repetitions only.
          const isTheirTurn = userIds.slice(0, index).every((other) => world.asked[other]);
          return isTheirTurn && (world.asked[userId] ?? 0) < questionsEach;
        })
        .map((userId) => {
          const runId = RunId(`${userId}-${(world.asked[userId] ?? 0) + 1}`);
          const question = { runId, userId, channelId: ChannelId('lobby'), text: '?', at: DAWN };
          return { type: 'supervisor.ask', question, at: world.at };
        }),
    'supervisor.settled': ({ world }) =>
      teamsIn(world).flatMap(({ userId, epoch, working }) =>
        working.map((runId) => ({
          type: 'supervisor.settled',
          userId,
          epoch,
          runId,
          at: world.at,
        })),
      ),
    'supervisor.crashed': (node) =>
      may(node, 'supervisor.crashed', () =>
        teamsIn(node.world)
          .filter((team) => team.phase === 'alive')
          .flatMap(({ userId, epoch }) =>
            causes.map((cause) => ({
              type: 'supervisor.crashed',
              userId,
              epoch,
              cause,
              at: node.world.at,
              chance: 0,
            })),
          ),
      ),
    'supervisor.released': ({ world }) =>
      teamsIn(world)
        .filter((team) => team.phase === 'leaving')
        .map(({ userId, epoch }) => ({ type: 'supervisor.released', userId, epoch, at: world.at })),
    'supervisor.tick': (node) =>
      may(node, 'supervisor.tick', ({ model: { wakeAt } }) =>
        wakeAt === undefined ? [] : [{ type: 'supervisor.tick', at: wakeAt }],
      ),
    'supervisor.cancel': (node) =>
      may(node, 'supervisor.cancel', ({ model, at }) =>
        [...model.open].map(([runId, userId]) => ({
          type: 'supervisor.cancel',
          userId,
          runId,
          at,
        })),
      ),
    'supervisor.dismiss': (node) =>
      may(node, 'supervisor.dismiss', ({ at }) =>
        userIds.map((userId) => ({ type: 'supervisor.dismiss', userId, at })),
      ),
    'supervisor.resize': (node) =>
      may(node, 'supervisor.resize', ({ at }) =>
        sizes.map((maxTeams) => ({ type: 'supervisor.resize', maxTeams, at })),
      ),
    'supervisor.shed': (node) =>
      may(node, 'supervisor.shed', ({ at }) => [{ type: 'supervisor.shed', count: 1, at }]),
    'supervisor.drain': (node) =>
      may(node, 'supervisor.drain', ({ at }) => [{ type: 'supervisor.drain', at }]),
    'supervisor.force': (node) =>
      may(node, 'supervisor.force', ({ at }) => [{ type: 'supervisor.force', at }]),
  };
}

/** The events, if the world has any left of their kind. */
const may = (
  { world }: Place,
  type: SupervisorEvent['type'],
  events: (world: World) => readonly SupervisorEvent[],
): readonly SupervisorEvent[] => ((world.budget[type] ?? 0) > 0 ? events(world) : []);

const spend = (budget: Budget, type: SupervisorEvent['type']): Budget => {
  const left = budget[type];
  return left === undefined ? budget : { ...budget, [type]: left - 1 };
};

const countAsked = (
  asked: World['asked'],
  { question: { userId } }: Extract<SupervisorEvent, { type: 'supervisor.ask' }>,
): World['asked'] => ({ ...asked, [userId]: (asked[userId] ?? 0) + 1 });

const teamsIn = (world: World) => [...world.model.teams.values()];

/**
 * Two moments are the same when nothing can tell them apart. Times count from now and stop counting where they
 * stop mattering, uses and tickets are known by their order, epochs not at all: the model has checked that both
 * sides mean the same ones.
 */
function keyOf({ snapshot, world }: Place): string {
  const { ledger, line, now, limits, wakeAt, hostAt } = snapshot.context.house;
  const rows = [...ledger.rows.values()].map((row) => [
    row.userId,
    row.phase,
    row.asked.map(itemKey),
  ]);
  const idle = [...ledger.idle.values()].map((userId) => [
    userId,
    now - (ledger.rows.get(userId)?.usedAt ?? 0),
  ]);
  const entries = [...line.entries.values()].map((entry) => [
    entry.userId,
    entry.isBlocked,
    entry.isResting,
    entry.alarmAt - now,
    entry.asked.map(itemKey),
  ]);
  return JSON.stringify([
    snapshot.value,
    limits.maxTeams,
    rows,
    idle,
    entries,
    offendersKey(snapshot),
    wakeAt === undefined ? null : Math.max(wakeAt - hostAt, 0),
    world.asked,
    world.budget,
  ]);
}

function offendersKey({ context: { house } }: Snapshot) {
  const { restarts, now, limits } = house;
  const left = (time: number) => Math.max(time - now, 0);
  return [...restarts.offenders.values()].map((offender) => {
    const isRecent = offender.lastAt > now - limits.crashWindowMs;
    return [
      offender.userId,
      offender.bugs.map((bug) => left(bug + limits.crashWindowMs)).filter((ms) => ms > 0),
      isRecent ? [offender.streak, now - offender.lastAt] : null,
      left(offender.notBefore),
      left(offender.quarantinedUntil),
    ];
  });
}

const itemKey = ({ question, deliveries, stage }: Outstanding): string =>
  `${question.runId} ${deliveries} ${stage}`;
