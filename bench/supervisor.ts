import { createActor, fromTransition } from 'xstate';
import type { UserId } from '../machines/ids.ts';
import { supervisorMachine } from '../machines/supervisor/supervisor.machine.ts';
import {
  DEFAULT_SUPERVISOR_LIMITS,
  type SupervisorEvent,
  type SupervisorOrder,
} from '../machines/supervisor/supervisor.protocol.ts';
import { atMost, type Figure, median } from './figures.ts';
import { questionOf } from './house.ts';
import { type Part, progress } from './part.ts';

const DECISION_US = atMost(50);

/** What one decision costs in a full house: a regular asks and is answered; a newcomer takes an idle team's place. */
export const supervisor: Part = {
  key: 'c',
  title: 'decisions of the supervisor in a full house',
  measure({ quick }) {
    const rounds = quick ? 2_000 : 10_000;
    decisionsAt(1_000, rounds);
    const sizes = quick ? [100, 10_000] : [100, 10_000, 50_000];
    return Promise.resolve(
      sizes.flatMap((teams) => {
        progress(`${teams} teams`);
        return decisionsAt(teams, rounds);
      }),
    );
  },
};

/** A supervisor whose orders are kept for whoever asks, and carried out by nobody. */
function openSupervisor(maxTeams: number) {
  const orders: SupervisorOrder[] = [];
  const host = createActor(
    fromTransition((nothing: null, order: SupervisorOrder) => {
      orders.push(order);
      return nothing;
    }, null),
  ).start();
  const limits = { ...DEFAULT_SUPERVISOR_LIMITS, maxTeams };
  const actor = createActor(supervisorMachine, { input: { limits, host } }).start();
  let at = Date.now();
  const tell = (event: SupervisorEvent): void => {
    orders.length = 0;
    actor.send(event);
  };
  return {
    /** One more millisecond has passed. */
    now: () => ++at,
    tell,
    /** The order of that type that the last event led to. Throws when there is none. */
    order<Type extends SupervisorOrder['type']>(type: Type) {
      const found = orders.find((order): order is Extract<SupervisorOrder, { type: Type }> => {
        return order.type === type;
      });
      if (found === undefined) throw new Error(`The supervisor did not order ${type}.`);
      return found;
    },
  };
}

type Supervised = ReturnType<typeof openSupervisor>;

function ask({ tell, now }: Supervised, user: number): SupervisorEvent {
  const at = now();
  const event = { type: 'supervisor.ask', question: questionOf(user), at } as const;
  tell(event);
  return event;
}

/** What the team that was just given a question answers. */
function answer({ order, now }: Supervised): SupervisorEvent {
  const { userId, epoch, question } = order('host.deliver');
  return { type: 'supervisor.settled', userId, epoch, runId: question.runId, at: now() };
}

function decisionsAt(teams: number, rounds: number): Figure[] {
  const house = openSupervisor(teams);
  for (let user = 0; user < teams; user++) {
    ask(house, user);
    house.tell(answer(house));
  }
  const regular = timed(rounds, (round, clock) => {
    const event = { question: questionOf((round * 31) % teams), at: house.now() };
    clock(() => house.tell({ type: 'supervisor.ask', ...event }));
    const settled = answer(house);
    clock(() => house.tell(settled));
  });
  const newcomer = timed(rounds, (round, clock) => {
    const event = { question: questionOf(teams + round), at: house.now() };
    clock(() => house.tell({ type: 'supervisor.ask', ...event }));
    const { userId, epoch } = house.order('host.release');
    const released = { userId, epoch, at: house.now() };
    clock(() => house.tell({ type: 'supervisor.released', ...released }));
    checkIsIn(house, event.question.userId);
    const settled = answer(house);
    clock(() => house.tell(settled));
  });
  return [
    { name: `a regular, ${teams} teams`, value: regular, unit: 'us', goal: DECISION_US },
    { name: `a newcomer, ${teams} teams`, value: newcomer, unit: 'us', goal: DECISION_US },
  ];
}

function checkIsIn(house: Supervised, userId: UserId): void {
  if (house.order('host.activate').userId !== userId) throw new Error('Somebody else was let in.');
}

/** The median of what was put on the clock, in microseconds. */
function timed(
  rounds: number,
  play: (round: number, clock: (decide: () => void) => void) => void,
): number {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    play(round, (decide) => {
      const from = performance.now();
      decide();
      took.push((performance.now() - from) * 1_000);
    });
  }
  return median(took);
}
