import { enqueueActions, setup } from 'xstate';
import { ask, turnAway } from './asking.ts';
import { cancel, settle } from './ending.ts';
import { type House, openHouse, type Policy } from './house.ts';
import { bury, cutShort, dismiss, free, isEmpty, isPossibleSize, resize, shed } from './leaving.ts';
import type { HostAddress, SupervisorEvent, SupervisorInput } from './supervisor.protocol.ts';
import { clearHouse, hearTick, keepHouse } from './upkeep.ts';

export interface SupervisorContext {
  readonly host: HostAddress;
  readonly house: House;
}

const supervisor = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    input: {} as SupervisorInput,
  },
  guards: {
    isEmpty: ({ context }) => isEmpty(context.house),
    isPossibleSize: (_, { maxTeams }: { readonly maxTeams: number }) => isPossibleSize(maxTeams),
  },
  actions: {
    // In a house that is open, everything ends with it being kept in order ...
    ask: obey(ask, keepHouse),
    cancel: obey(cancel, keepHouse),
    settle: obey(settle, keepHouse),
    bury: obey(bury, keepHouse),
    free: obey(free, keepHouse),
    dismiss: obey(dismiss, keepHouse),
    shed: obey(shed, keepHouse),
    resize: obey(resize, keepHouse),
    hearTick: obey(hearTick, keepHouse),
    // ... and in one that closes, with it being cleared.
    clear: obey(clearHouse),
    cutShort: obey(cutShort, clearHouse),
    turnAway: obey(turnAway),
    cancelAtLast: obey(cancel, clearHouse),
    settleAtLast: obey(settle, clearHouse),
    buryAtLast: obey(bury, clearHouse),
    freeAtLast: obey(free, clearHouse),
    dismissAtLast: obey(dismiss, clearHouse),
  },
});

/** An action that keeps what these policies decide, one after the other, and sends their orders to the host. */
function obey<Heard extends { readonly at: number }>(...policies: readonly Policy<Heard>[]) {
  // The types of actors, actions, guards, delays and emitted events: this action uses none of them.
  type None = never;
  return enqueueActions<
    SupervisorContext,
    SupervisorEvent,
    Heard,
    SupervisorEvent,
    None,
    None,
    None,
    None,
    None
  >(({ context, enqueue }, heard) => {
    let { house } = context;
    for (const decide of policies) {
      const decision = decide(house, heard);
      house = decision.house;
      for (const order of decision.orders) enqueue.sendTo(context.host, order);
    }
    enqueue.assign({ house });
  });
}

const running = supervisor.createStateConfig({
  on: {
    'supervisor.ask': { actions: { type: 'ask', params: ({ event }) => event } },
    'supervisor.cancel': { actions: { type: 'cancel', params: ({ event }) => event } },
    'supervisor.settled': { actions: { type: 'settle', params: ({ event }) => event } },
    'supervisor.crashed': { actions: { type: 'bury', params: ({ event }) => event } },
    'supervisor.released': { actions: { type: 'free', params: ({ event }) => event } },
    'supervisor.tick': { actions: { type: 'hearTick', params: ({ event }) => event } },
    'supervisor.resize': {
      guard: { type: 'isPossibleSize', params: ({ event }) => event },
      actions: { type: 'resize', params: ({ event }) => event },
    },
    'supervisor.shed': { actions: { type: 'shed', params: ({ event }) => event } },
    'supervisor.dismiss': { actions: { type: 'dismiss', params: ({ event }) => event } },
    'supervisor.drain': {
      target: 'draining',
      actions: { type: 'clear', params: ({ event }) => event },
    },
    'supervisor.force': {
      target: 'draining',
      actions: { type: 'cutShort', params: ({ event }) => event },
    },
  },
});

/** Nobody comes in any more. Ticks, sizes and shortage of memory do not matter: everybody leaves anyway. */
const draining = supervisor.createStateConfig({
  always: { guard: 'isEmpty', target: 'stopped' },
  on: {
    'supervisor.ask': { actions: { type: 'turnAway', params: ({ event }) => event } },
    'supervisor.cancel': { actions: { type: 'cancelAtLast', params: ({ event }) => event } },
    'supervisor.settled': { actions: { type: 'settleAtLast', params: ({ event }) => event } },
    'supervisor.crashed': { actions: { type: 'buryAtLast', params: ({ event }) => event } },
    'supervisor.released': { actions: { type: 'freeAtLast', params: ({ event }) => event } },
    'supervisor.dismiss': { actions: { type: 'dismissAtLast', params: ({ event }) => event } },
    'supervisor.force': {
      actions: { type: 'cutShort', params: ({ event }) => event },
    },
  },
});

/**
 * Decides who is alive, who waits and who leaves. It orders and its host obeys: what comes back of that are
 * events again, so that every decision can be stepped and replayed.
 */
export const supervisorMachine = supervisor.createMachine({
  id: 'supervisor',
  // `transition()` builds this once more without input, whatever the types say, and throws that one away.
  // A context that throws there makes each step three times as slow.
  context: ({ input }) => ({
    host: input?.host,
    house: openHouse(input?.limits, input?.lastEpoch ?? 0),
  }),
  options: { maxIterations: 1000 },
  initial: 'running',
  states: { running, draining, stopped: { type: 'final' } },
});
