import { NO_USAGE } from '../conversation.ts';
import { failure } from '../failure.ts';
import type { TeamHydration } from '../ports.ts';
import type { Question, Refusal, RunOutcome } from '../question.ts';
import { type Desk, emptyDesk, nextRuns, runOf } from './desk.ts';
import type { Scope } from './mailbox.ts';
import { team } from './team.names.ts';
import type { TeamReport } from './team.protocol.ts';

const EVERYTHING: Scope = {};
const CANCELLED: RunOutcome = { kind: 'cancelled', usage: NO_USAGE };

const CANCEL_ALL = [
  { type: 'settleQueued', params: { scope: EVERYTHING, outcome: CANCELLED } },
  { type: 'cancelRunning', params: EVERYTHING },
] as const;

const refused = (kind: Refusal['kind']): RunOutcome => ({ kind: 'refused', refusal: { kind } });

const TURN_ALL_AWAY = {
  type: 'settleQueued',
  params: { scope: EVERYTHING, outcome: refused('team_unavailable') },
} as const;

/** Questions wait here until the team knows its user, or for as long as anybody may be kept waiting. */
const arriving = team.createStateConfig({
  initial: 'hydrating',
  after: {
    arrival: {
      target: 'closed',
      actions: [
        TURN_ALL_AWAY,
        { type: 'report', params: ({ context }) => unavailable(context, TOO_LATE) },
      ],
    },
  },
  on: {
    'team.drain': {
      target: 'closed',
      actions: {
        type: 'settleQueued',
        params: { scope: EVERYTHING, outcome: refused('draining') },
      },
    },
  },
  states: {
    hydrating: {
      invoke: {
        src: 'hydrate',
        input: ({ context }) => ({ userId: context.input.userId, epoch: context.input.epoch }),
        onDone: [
          {
            guard: { type: 'isHydrated', params: ({ event }) => event.output },
            target: '#team.open',
          },
          {
            guard: 'isHopeless',
            target: '#team.closed',
            actions: [
              TURN_ALL_AWAY,
              {
                type: 'report',
                params: ({ context, event }) => unavailable(context, event.output),
              },
            ],
          },
          { target: 'resting', actions: 'countFailure' },
        ],
      },
    },
    resting: { after: { backoff: 'hydrating' } },
  },
});

const BEGIN_NEXT = {
  type: 'beginRuns',
  params: ({ context }: { readonly context: Desk }) => nextRuns(context),
} as const;

const open = team.createStateConfig({
  initial: 'idle',
  on: {
    'team.drain': [
      {
        guard: { type: 'isForced', params: ({ event }) => event },
        target: 'draining',
        actions: CANCEL_ALL,
      },
      { target: 'draining' },
    ],
  },
  states: {
    idle: {
      always: { guard: 'canBegin', target: 'busy', actions: BEGIN_NEXT },
      on: {
        // Nothing waits, so this does not either.
        'team.ask': {
          guard: { type: 'hasRoom', params: ({ event }) => event.question },
          target: 'busy',
          actions: {
            type: 'beginRuns',
            params: ({ context, event }) => nextRuns({ ...context, mailbox: [event.question] }),
          },
        },
        'team.drain': '#team.closed',
      },
    },
    busy: {
      always: { guard: 'canBegin', actions: BEGIN_NEXT },
      on: {
        'leader.finished': {
          guard: { type: 'isLastEnd', params: ({ event }) => event },
          target: 'idle',
          actions: { type: 'finish', params: ({ event }) => event },
        },
      },
    },
  },
});

/** Takes nothing new; ends when what it accepted has ended. Busy when it is told to: a leader's end will come. */
const draining = team.createStateConfig({
  always: { guard: 'canBegin', actions: BEGIN_NEXT },
  on: {
    // Not with its report: that is sent in the middle of its last step, and its end would find nobody.
    'xstate.done.actor.*': { guard: 'isAtRest', target: 'closed' },
    'team.ask': {
      actions: {
        type: 'report',
        params: ({ context, event }) => turnedAway(context, event.question, 'draining'),
      },
    },
    'team.drain': {
      guard: { type: 'isForced', params: ({ event }) => event },
      actions: CANCEL_ALL,
    },
  },
});

/** One user's team: takes questions, has one leader per busy channel, and leaves when told to. */
export const teamMachine = team.createMachine({
  id: 'team',
  options: { maxIterations: 1000 },
  context: ({ input }) => emptyDesk(input),
  initial: 'arriving',
  on: {
    'team.ask': [
      {
        guard: { type: 'hasRoom', params: ({ event }) => event.question },
        actions: { type: 'accept', params: ({ event }) => event.question },
      },
      {
        actions: {
          type: 'report',
          params: ({ context, event }) => turnedAway(context, event.question, 'channel_full'),
        },
      },
    ],
    'team.cancel': {
      actions: [
        {
          type: 'settleQueued',
          params: ({ event }) => ({ scope: event, outcome: CANCELLED }),
        },
        { type: 'cancelRunning', params: ({ event }) => event },
      ],
    },
    'leader.finished': { actions: { type: 'finish', params: ({ event }) => event } },
  },
  states: { arriving, open, draining, closed: { type: 'final' } },
});

const turnedAway = (desk: Desk, question: Question, kind: Refusal['kind']): TeamReport => ({
  type: 'team.settled',
  run: runOf(desk, question),
  outcome: refused(kind),
  by: 'team',
});

const TOO_LATE: TeamHydration = {
  kind: 'failed',
  failure: failure('timeout', 'The team did not open within its deadline.'),
};

const unavailable = ({ input }: Desk, hydration: TeamHydration): TeamReport => ({
  type: 'team.unavailable',
  team: { userId: input.userId, epoch: input.epoch },
  failure:
    hydration.kind === 'failed'
      ? hydration.failure
      : failure('unavailable', 'The team did not open.'),
});
