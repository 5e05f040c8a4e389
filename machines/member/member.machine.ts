import { assign, type DoneActorEvent, sendTo, setup } from 'xstate';
import { failure } from '../failure.ts';
import { type ModelRequest, type ModelResult, unbound } from '../ports.ts';
import type { Progress } from '../question.ts';
import { isLastStep } from '../turn/budget.ts';
import type { CalledModel } from '../turn/model-call.ts';
import type { Step } from '../turn/step.ts';
import type { ToolBatch, ToolBatchResults } from '../turn/tool-batch.ts';
import type { MemberInput, MemberReport } from './member.protocol.ts';
import {
  afterResult,
  afterTools,
  allowanceOf,
  beginWork,
  isBroke,
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
    mayRetry: ({ context }, called: CalledModel) => stepAfter(context, called).kind === 'retry',
    mustAct: ({ context }, called: CalledModel) => stepAfter(context, called).kind === 'act',
    mustConclude: ({ context }, called: CalledModel) =>
      stepAfter(context, called).kind === 'conclude',
    isBroke: ({ context }) => isBroke(context),
    isLastStep: ({ context }) => isLastStep(context.steps, allowanceOf(context)),
  },
  delays: {
    deadline: ({ context }) => context.input.limits.memberDeadlineMs,
    backoff: ({ context }) => (context.step.kind === 'retry' ? context.step.afterMs : 0),
  },
});

interface ModelAnswered {
  readonly event: DoneActorEvent<ModelResult>;
}

const called = ({ event }: ModelAnswered): CalledModel => ({
  result: event.output,
  concluding: false,
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
  initial: 'working',
  states: {
    working: {
      initial: 'starting',
      after: { deadline: { target: 'reported', actions: 'giveUpInTime' } },
      states: {
        starting: {
          always: [
            { guard: 'isBroke', target: '#member.reported' },
            { guard: 'isLastStep', target: 'concluding' },
            { target: 'thinking' },
          ],
        },
        thinking: {
          entry: { type: 'tell', params: ({ context }) => progressOf(context, 'member_thinking') },
          invoke: {
            src: 'callModel',
            input: ({ context }) => requestOf(context, false),
            onDone: [
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
                guard: { type: 'mustConclude', params: called },
                target: 'concluding',
                actions: [{ type: 'keepResult', params: called }, 'closeUndone'],
              },
              { target: '#member.reported', actions: { type: 'keepResult', params: called } },
            ],
          },
        },
        acting: {
          entry: { type: 'tell', params: ({ context }) => usingOf(context) },
          invoke: {
            src: 'runTools',
            input: ({ context }) => toolBatchOf(context),
            onDone: {
              target: 'starting',
              actions: { type: 'keepToolResults', params: ({ event }) => event.output },
            },
          },
        },
        retrying: {
          entry: { type: 'tell', params: ({ context }) => retryingOf(context) },
          after: { backoff: 'starting' },
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
              { target: '#member.reported', actions: { type: 'keepResult', params: concluded } },
            ],
          },
        },
      },
    },
    reported: { type: 'final', entry: 'report' },
  },
});
