import type { PromiseActorLogic } from 'xstate';
import { leader } from './leader.names.ts';
import type { NestInput, RunBegun } from './leader.protocol.ts';
import {
  cancelled,
  outcomeOfRoute,
  outcomeOfStep,
  outOfTime,
  outOfTokens,
  recallingOf,
  reportedOf,
  thinkingOf,
  usingOf,
} from './outcome.ts';
import { standInsOf } from './reports.ts';
import { beginRun, requestOf, toolBatchOf } from './run.ts';

const FROM_NOTHING: RunBegun = { start: { kind: 'begun', history: [], steps: [] }, at: 0 };

/** Whoever leads a nested team has nothing to remember: its task is all it is given. */
const starting = leader.createStateConfig({
  always: [
    { guard: 'isNested', target: 'begun', actions: { type: 'keepStart', params: FROM_NOTHING } },
    { target: 'recalling' },
  ],
});

const recalling = leader.createStateConfig({
  entry: { type: 'tell', params: ({ context }) => recallingOf(context) },
  invoke: {
    src: 'beginRun',
    input: ({ context }) => ({ run: context.input.run, question: context.input.question }),
    onDone: {
      target: 'begun',
      actions: { type: 'keepStart', params: ({ event }) => event.output },
    },
  },
});

const begun = leader.createStateConfig({
  always: [
    { guard: 'isBroadcast', target: 'acting', actions: 'summonAll' },
    { target: 'choosing' },
  ],
});

const choosing = leader.createStateConfig({
  always: [
    {
      guard: 'isBroke',
      target: '#leader.settled',
      actions: { type: 'settle', params: ({ context }) => outOfTokens(context) },
    },
    { guard: 'isLastStep', target: 'concluding' },
    { target: 'thinking' },
  ],
});

const thinking = leader.createStateConfig({
  entry: { type: 'tell', params: ({ context }) => thinkingOf(context) },
  invoke: {
    src: 'callModel',
    input: ({ context }) => requestOf(context, false),
    onDone: {
      target: 'deciding',
      actions: {
        type: 'keepResult',
        params: ({ event }) => ({ result: event.output, concluding: false }),
      },
    },
  },
});

const concluding = leader.createStateConfig({
  entry: { type: 'tell', params: ({ context }) => thinkingOf(context) },
  invoke: {
    src: 'callModel',
    input: ({ context }) => requestOf(context, true),
    onDone: {
      target: 'deciding',
      actions: {
        type: 'keepResult',
        params: ({ event }) => ({ result: event.output, concluding: true }),
      },
    },
  },
});

const deciding = leader.createStateConfig({
  always: [
    { guard: 'mustAct', target: 'acting' },
    { guard: 'mayRetry', target: 'retrying' },
    { guard: 'mustConclude', target: 'concluding', actions: 'foldIn' },
    {
      target: '#leader.settled',
      actions: { type: 'settle', params: ({ context }) => outcomeOfStep(context) },
    },
  ],
});

/** Own tools and members work side by side; the leader goes on when all are done. */
const acting = leader.createStateConfig({
  type: 'parallel',
  // Told first: a member that starts has something to tell of its own.
  entry: [
    { type: 'tellMembers', params: ({ context }) => context.wishes.delegations },
    { type: 'startMembers', params: ({ context }) => context.wishes.delegations },
  ],
  exit: 'dismissMembers',
  states: {
    tools: {
      initial: 'choosing',
      states: {
        choosing: { always: [{ guard: 'hasCalls', target: 'running' }, { target: 'done' }] },
        running: {
          entry: { type: 'tell', params: ({ context }) => usingOf(context) },
          invoke: {
            src: 'runTools',
            input: ({ context }) => toolBatchOf(context),
            onDone: {
              target: 'done',
              actions: { type: 'keepToolResults', params: ({ event }) => event.output },
            },
          },
        },
        done: { type: 'final' },
      },
    },
    members: {
      initial: 'working',
      states: {
        working: {
          always: { guard: 'haveAllReported', target: 'done' },
          on: {
            'member.reported': {
              guard: { type: 'isAwaited', params: ({ event }) => event },
              actions: [
                { type: 'keepReport', params: ({ event }) => event },
                { type: 'dismissMember', params: ({ event }) => event },
                { type: 'tell', params: ({ event, context }) => reportedOf(context, event) },
                {
                  type: 'tellMembers',
                  params: ({ event, context }) => standInsOf(context, event.slot),
                },
                {
                  type: 'startMembers',
                  params: ({ event, context }) => standInsOf(context, event.slot),
                },
              ],
            },
          },
        },
        done: { type: 'final' },
      },
    },
  },
  onDone: [
    {
      guard: 'isRouted',
      target: '#leader.settled',
      actions: { type: 'settle', params: ({ context }) => outcomeOfRoute(context) },
    },
    { target: 'choosing', actions: 'foldIn' },
  ],
});

/** What a nested team came to is kept with the end of the run that it worked in. */
const settled = leader.createStateConfig({
  always: [{ guard: 'isNested', target: 'done' }, { target: 'ending' }],
});

const ending = leader.createStateConfig({
  invoke: {
    src: 'endRun',
    input: ({ context }) => ({
      run: context.input.run,
      question: context.input.question,
      outcome: context.outcome,
      startedAt: context.startedAt,
    }),
    onDone: [
      { guard: { type: 'isSaved', params: ({ event }) => event.output }, target: 'done' },
      { target: 'done', actions: 'noteUnsaved' },
    ],
  },
});

/** Answers one question: thinks, acts and delegates, thinks again, and ends with one outcome. */
export const leaderMachine = leader.createMachine({
  id: 'leader',
  options: { maxIterations: 1000 },
  context: ({ input }) => beginRun(input),
  initial: 'working',
  states: {
    working: {
      initial: 'starting',
      after: {
        deadline: {
          target: 'settled',
          actions: { type: 'settle', params: ({ context }) => outOfTime(context) },
        },
      },
      on: {
        'leader.cancel': {
          target: 'settled',
          actions: { type: 'settle', params: ({ context }) => cancelled(context) },
        },
      },
      states: {
        starting,
        recalling,
        begun,
        choosing,
        thinking,
        deciding,
        acting,
        concluding,
        retrying: { after: { backoff: 'choosing' } },
      },
    },
    settled,
    ending,
    done: { type: 'final', entry: 'report' },
  },
});

/** The leader of nested teams. They are one level deep: its own port `leader` stays unbound, and is never asked for. */
export const asNested = (machine: typeof leaderMachine): PromiseActorLogic<never, NestInput> =>
  // The type of a machine holds those of its actors, so it cannot hold itself: the port is declared by its input alone.
  machine as unknown as PromiseActorLogic<never, NestInput>;
