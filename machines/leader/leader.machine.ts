import type { DoneActorEvent, PromiseActorLogic } from 'xstate';
import type { ModelResult } from '../ports.ts';
import type { CalledModel } from '../turn/model-call.ts';
import { leader } from './leader.names.ts';
import type { NestInput, RunBegun } from './leader.protocol.ts';
import {
  cancelled,
  outcomeOfRoute,
  outOfTime,
  outOfTokens,
  recallingOf,
  reportedOf,
  thinkingOf,
  usingOf,
} from './outcome.ts';
import { standInsOf } from './reports.ts';
import { beginRun, type LeaderRun, requestOf, toolBatchOf } from './run.ts';

interface Done<Output> {
  readonly event: DoneActorEvent<Output>;
}

const begins = ({ event }: Done<RunBegun>): RunBegun => event.output;
const called = ({ event }: Done<ModelResult>): CalledModel => ({
  result: event.output,
  concluding: false,
});
const concluded = ({ event }: Done<ModelResult>): CalledModel => ({
  result: event.output,
  concluding: true,
});

/** What becomes of a call that asks for nothing: it is tried again, or its run is over. */
const answers = (call: typeof called) => {
  const end = { type: 'keepLastResult', params: call } as const;
  return [
    {
      guard: { type: 'mayRetry', params: call },
      target: 'retrying',
      actions: { type: 'keepResult', params: call },
    },
    // Not by `settled`: this is the usual end.
    { guard: 'isKept', target: '#leader.ending', actions: end },
    { target: '#leader.done', actions: end },
  ] as const;
};

/** Where it thinks next, once these actions are done: a run that is spent ends, and the last call must answer. */
const think = <const Actions extends readonly unknown[]>(actions: Actions) =>
  [
    {
      guard: 'isBroke',
      target: '#leader.settled',
      actions: [
        ...actions,
        {
          type: 'settle',
          params: ({ context }: { readonly context: LeaderRun }) => outOfTokens(context),
        },
      ],
    },
    { guard: 'isLastStep', target: '#leader.working.concluding', actions },
    { target: '#leader.working.thinking', actions },
  ] as const;

/** A run that is not kept has nothing to remember; neither has whoever leads a nested team: its task is all it is given. */
const starting = leader.createStateConfig({
  always: [
    { guard: 'isKept', target: 'recalling' },
    { guard: 'isBroadcast', target: 'acting', actions: 'summonAll' },
    ...think([]),
  ],
});

const recalling = leader.createStateConfig({
  entry: { type: 'tell', params: ({ context }) => recallingOf(context) },
  invoke: {
    src: 'beginRun',
    input: ({ context }) => ({ run: context.input.run, question: context.input.question }),
    onDone: [
      {
        guard: 'isBroadcast',
        target: 'acting',
        actions: [{ type: 'keepStart', params: begins }, 'summonAll'],
      },
      ...think([{ type: 'keepStart', params: begins }]),
    ],
  },
});

const thinking = leader.createStateConfig({
  entry: { type: 'tell', params: ({ context }) => thinkingOf(context) },
  invoke: {
    src: 'callModel',
    input: ({ context }) => requestOf(context, false),
    onDone: [
      {
        guard: { type: 'mustUse', params: called },
        target: 'acting.using',
        actions: { type: 'keepResult', params: called },
      },
      {
        guard: { type: 'mustAct', params: called },
        target: 'acting',
        actions: { type: 'keepResult', params: called },
      },
      {
        guard: { type: 'mustConclude', params: called },
        target: 'concluding',
        actions: [{ type: 'keepResult', params: called }, 'foldIn'],
      },
      ...answers(called),
    ],
  },
});

const concluding = leader.createStateConfig({
  entry: { type: 'tell', params: ({ context }) => thinkingOf(context) },
  invoke: {
    src: 'callModel',
    input: ({ context }) => requestOf(context, true),
    onDone: answers(concluded),
  },
});

const [endsBroke, concludes, thinksOn] = think(['foldIn']);

/** Own tools and members work side by side; the leader goes on when all are done. */
const acting = leader.createStateConfig({
  entry: { type: 'startMembers', params: ({ context }) => context.wishes.delegations },
  exit: 'dismissMembers',
  on: {
    'member.reported': {
      guard: { type: 'isAwaited', params: ({ event }) => event },
      actions: [
        { type: 'keepReport', params: ({ event }) => event },
        { type: 'dismissMember', params: ({ event }) => event },
        { type: 'tell', params: ({ event, context }) => reportedOf(context, event) },
        { type: 'startMembers', params: ({ event, context }) => standInsOf(context, event.slot) },
      ],
    },
  },
  initial: 'waiting',
  states: {
    using: {
      entry: { type: 'tell', params: ({ context }) => usingOf(context) },
      invoke: {
        src: 'runTools',
        input: ({ context }) => toolBatchOf(context),
        onDone: {
          target: 'waiting',
          actions: { type: 'keepToolResults', params: ({ event }) => event.output },
        },
      },
    },
    waiting: {
      always: [
        {
          guard: 'isRouted',
          target: '#leader.settled',
          actions: { type: 'settle', params: ({ context }) => outcomeOfRoute(context) },
        },
        endsBroke,
        concludes,
        { guard: 'hasActed', ...thinksOn },
      ],
    },
  },
});

/** What a nested team came to is kept with the end of the run that it worked in. */
const settled = leader.createStateConfig({
  always: [{ guard: 'isNested', target: 'parting' }, { target: 'ending' }],
});

/** A member whose report has settled it is in the middle of its last step: it ends after that one, not before. */
const parting = leader.createStateConfig({ after: { 0: 'done' } });

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
        thinking,
        acting,
        concluding,
        retrying: { after: { backoff: think([]) } },
      },
    },
    settled,
    parting,
    ending,
    done: { type: 'final', entry: 'report' },
  },
});

/** The leader of nested teams. They are one level deep: its own port `leader` stays unbound, and is never asked for. */
export const asNested = (machine: typeof leaderMachine): PromiseActorLogic<never, NestInput> =>
  // The type of a machine holds those of its actors, so it cannot hold itself: the port is declared by its input alone.
  machine as unknown as PromiseActorLogic<never, NestInput>;
