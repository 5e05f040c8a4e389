import { assign, type DoneActorEvent, sendTo, setup } from 'xstate';
import { failure } from '../failure.ts';
import { type ModelRequest, type ModelResult, unbound } from '../ports.ts';
import type { Progress } from '../question.ts';
import type { CalledModel } from '../turn/model-call.ts';
import { isEnd, type Step } from '../turn/step.ts';
import type { ToolBatch, ToolBatchResults } from '../turn/tool-batch.ts';
import type { MemberInput, MemberReport } from './member.protocol.ts';
import {
  afterResult,
  afterTools,
  beginWork,
  isBroke,
  isLastCall,
  type MemberWork,
  outcomeOf,
  progressOf,
  requestOf,
  retryingOf,
  stepAfter,
  toolBatchOf,
  usingOf,
} from './work.ts';

const member = setup({
  types: {
    context: {} as MemberWork,
    input: {} as MemberInput,
  },
  actors: {
    callModel: unbound<ModelResult, ModelRequest>('callModel'),
    runTools: unbound<ToolBatchResults, ToolBatch>('runTools'),
  },
  actions: {
    tell: sendTo(
      ({ context }) => context.input.progressTo,
      ({ context }, progress: Progress) => ({
        type: 'team.progressed' as const,
        run: context.input.run,
        progress,
      }),
    ),
    keepResult: assign(({ context }, called: CalledModel) => afterResult(context, called)),
    keepToolResults: assign(({ context }, results: ToolBatchResults) =>
      afterTools(context, results),
    ),
    closeUndone: assign(({ context }) => afterTools(context, [])),
    giveUpInTime: assign({
      step: (): Step => ({
        kind: 'fail',
        failure: failure('timeout', 'The member did not finish within its deadline.'),
      }),
    }),
    report: sendTo(
      ({ context }) => context.input.reportTo,
      ({ context }): MemberReport => ({
        type: 'member.reported',
        slot: context.input.slot,
        outcome: outcomeOf(context),
      }),
    ),
  },
  guards: {
    isOver: ({ context }, called: CalledModel) => isEnd(stepAfter(context, called)),
    mustAct: ({ context }, called: CalledModel) => stepAfter(context, called).kind === 'act',
    mayRetry: ({ context }, called: CalledModel) => stepAfter(context, called).kind === 'retry',
    isBroke: ({ context }) => isBroke(context, []),
    isBrokeBy: ({ context }, results: ToolBatchResults) => isBroke(context, results),
  },
  delays: {
    deadline: ({ context }) => context.input.limits.memberDeadlineMs,
    backoff: ({ context }) => (context.step.kind === 'retry' ? context.step.afterMs : 0),
  },
});

interface ModelAnswered {
  readonly context: MemberWork;
  readonly event: DoneActorEvent<ModelResult>;
}

const called = ({ context, event }: ModelAnswered): CalledModel => ({
  result: event.output,
  concluding: isLastCall(context),
});
const concluded = ({ event }: ModelAnswered): CalledModel => ({
  result: event.output,
  concluding: true,
});

/** A sub-agent: works on one delegation with its own tools, and reports once. */
export const memberMachine = member.createMachine({
  id: 'member',
  options: { maxIterations: 1000 },
  context: ({ input }) => beginWork(input),
  initial: 'thinking',
  after: { deadline: { target: '.reported', actions: 'giveUpInTime' } },
  states: {
    thinking: {
      entry: { type: 'tell', params: ({ context }) => progressOf(context, 'member_thinking') },
      invoke: {
        src: 'callModel',
        input: ({ context }) => requestOf(context, isLastCall(context)),
        onDone: [
          // First, since this is how nearly every call ends.
          {
            guard: { type: 'isOver', params: called },
            target: 'reported',
            actions: { type: 'keepResult', params: called },
          },
          {
            guard: { type: 'mustAct', params: called },
            target: 'acting',
            actions: { type: 'keepResult', params: called },
          },
          {
            guard: { type: 'mayRetry', params: called },
            target: 'retrying',
            actions: { type: 'keepResult', params: called },
          },
          {
            target: 'concluding',
            actions: [{ type: 'keepResult', params: called }, 'closeUndone'],
          },
        ],
      },
    },
    acting: {
      entry: { type: 'tell', params: ({ context }) => usingOf(context) },
      invoke: {
        src: 'runTools',
        input: ({ context }) => toolBatchOf(context),
        onDone: [
          {
            guard: { type: 'isBrokeBy', params: ({ event }) => event.output },
            target: 'reported',
            actions: { type: 'keepToolResults', params: ({ event }) => event.output },
          },
          {
            target: 'thinking',
            actions: { type: 'keepToolResults', params: ({ event }) => event.output },
          },
        ],
      },
    },
    retrying: {
      entry: { type: 'tell', params: ({ context }) => retryingOf(context) },
      after: { backoff: [{ guard: 'isBroke', target: 'reported' }, { target: 'thinking' }] },
    },
    concluding: {
      entry: { type: 'tell', params: ({ context }) => progressOf(context, 'member_thinking') },
      invoke: {
        src: 'callModel',
        input: ({ context }) => requestOf(context, true),
        onDone: [
          {
            guard: { type: 'mayRetry', params: concluded },
            target: 'retrying',
            actions: { type: 'keepResult', params: concluded },
          },
          { target: 'reported', actions: { type: 'keepResult', params: concluded } },
        ],
      },
    },
    reported: { type: 'final', entry: 'report' },
  },
});
