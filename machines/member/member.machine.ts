import { assign, sendTo, setup } from 'xstate';
import { failure } from '../failure.ts';
import { type ModelRequest, type ModelResult, unbound } from '../ports.ts';
import type { Progress } from '../question.ts';
import { isLastStep } from '../turn/budget.ts';
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
    keepResult: assign(({ context }, params: { result: ModelResult; concluding: boolean }) =>
      afterResult(context, params),
    ),
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
    mayRetry: ({ context }) => context.step.kind === 'retry',
    mustAct: ({ context }) => context.step.kind === 'act',
    mustConclude: ({ context }) => context.step.kind === 'conclude',
    isBroke: ({ context }) => isBroke(context),
    isLastStep: ({ context }) => isLastStep(context.steps, allowanceOf(context)),
  },
  delays: {
    deadline: ({ context }) => context.input.limits.memberDeadlineMs,
    backoff: ({ context }) => (context.step.kind === 'retry' ? context.step.afterMs : 0),
  },
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
            onDone: {
              target: 'deciding',
              actions: {
                type: 'keepResult',
                params: ({ event }) => ({ result: event.output, concluding: false }),
              },
            },
          },
        },
        deciding: {
          always: [
            { guard: 'mustAct', target: 'acting' },
            { guard: 'mayRetry', target: 'retrying' },
            { guard: 'mustConclude', target: 'concluding', actions: 'closeUndone' },
            { target: '#member.reported' },
          ],
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
            onDone: {
              target: 'deciding',
              actions: {
                type: 'keepResult',
                params: ({ event }) => ({ result: event.output, concluding: true }),
              },
            },
          },
        },
      },
    },
    reported: { type: 'final', entry: 'report' },
  },
});
