import { assign, enqueueActions, sendTo, setup, stopChild } from 'xstate';
import { memberMachine } from '../member/member.machine.ts';
import type { MemberReport } from '../member/member.protocol.ts';
import { type ModelRequest, type ModelResult, type RunSaved, unbound } from '../ports.ts';
import type { Progress, RunOutcome } from '../question.ts';
import { isLastStep } from '../turn/budget.ts';
import type { ToolBatch, ToolBatchResults } from '../turn/tool-batch.ts';
import type { Delegation } from './delegation.ts';
import type {
  BeginRun,
  EndRun,
  LeaderCommand,
  LeaderInput,
  LeaderReport,
  NestInput,
  RunBegun,
} from './leader.protocol.ts';
import { nestInputOf, reportOf } from './nest.ts';
import { delegatingOf, isRouted, unsaved } from './outcome.ts';
import { afterActed, afterReport, haveAllReported, openSlotsOf } from './reports.ts';
import {
  afterBegun,
  afterResult,
  allowanceOf,
  isBroke,
  type LeaderRun,
  memberInputOf,
  summonAll,
} from './run.ts';

/** The names that the leader's chart speaks in, and the ports it has. */
export const leader = setup({
  types: {
    context: {} as LeaderRun,
    input: {} as LeaderInput,
    events: {} as LeaderCommand | MemberReport,
  },
  actors: {
    beginRun: unbound<RunBegun, BeginRun>('beginRun'),
    callModel: unbound<ModelResult, ModelRequest>('callModel'),
    runTools: unbound<ToolBatchResults, ToolBatch>('runTools'),
    endRun: unbound<RunSaved, EndRun>('endRun'),
    member: memberMachine,
    /** The leader of a nested team: a leader, too, which a machine cannot say of itself (see `asNested`). */
    leader: unbound<never, NestInput>('leader'),
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
    keepStart: assign(({ context }, begun: RunBegun) => afterBegun(context, begun)),
    summonAll: assign(({ context }) => summonAll(context)),
    keepResult: assign(({ context }, params: { result: ModelResult; concluding: boolean }) =>
      afterResult(context, params),
    ),
    startMembers: enqueueActions(
      ({ context, enqueue, self }, delegations: readonly Delegation[]) => {
        for (const delegation of delegations) {
          const id = delegation.slot;
          const nest = nestInputOf(context, delegation);
          if (nest !== undefined) {
            enqueue.spawnChild('leader', { id, input: { ...nest, reportTo: self } });
            continue;
          }
          const input = { ...memberInputOf(context, delegation), reportTo: self };
          enqueue.spawnChild('member', { id, input });
        }
      },
    ),
    tellMembers: enqueueActions(({ context, enqueue }, delegations: readonly Delegation[]) => {
      for (const delegation of delegations) {
        enqueue.sendTo(context.input.progressTo, {
          type: 'team.progressed',
          run: context.input.run,
          progress: delegatingOf(context, delegation),
        });
      }
    }),
    keepReport: assign(({ context }, report: MemberReport) => afterReport(context, report)),
    dismissMember: stopChild((_, { slot }: MemberReport) => slot),
    dismissMembers: enqueueActions(({ context, enqueue }) => {
      for (const slot of openSlotsOf(context)) enqueue.stopChild(slot);
    }),
    keepToolResults: assign((_, results: ToolBatchResults) => ({ results })),
    foldIn: assign(({ context }) => afterActed(context)),
    settle: assign((_, outcome: RunOutcome) => ({ outcome })),
    noteUnsaved: assign(({ context }) => ({ outcome: unsaved(context.outcome) })),
    report: enqueueActions(({ context, enqueue }) => {
      const { input, outcome } = context;
      if (input.nest !== undefined) {
        const { slot, reportTo } = input;
        enqueue.sendTo(reportTo, { type: 'member.reported', slot, outcome: reportOf(context) });
        return;
      }
      const report: LeaderReport = { type: 'leader.finished', slot: input.slot, outcome };
      enqueue.sendTo(input.reportTo, report);
    }),
  },
  guards: {
    isNested: ({ context }) => context.input.nest !== undefined,
    isBroadcast: ({ context }) => context.input.roster.mode === 'broadcast',
    isLastStep: ({ context }) => isLastStep(context.steps, allowanceOf(context)),
    isBroke: ({ context }) => isBroke(context),
    isRouted: ({ context }) => isRouted(context),
    hasCalls: ({ context }) => context.wishes.calls.length > 0,
    isAwaited: ({ context }, { slot }: MemberReport) => openSlotsOf(context).includes(slot),
    haveAllReported: ({ context }) => haveAllReported(context),
    mustAct: ({ context }) => context.step.kind === 'act',
    mayRetry: ({ context }) => context.step.kind === 'retry',
    mustConclude: ({ context }) => context.step.kind === 'conclude',
    isSaved: (_, { kind }: RunSaved) => kind === 'saved',
  },
  delays: {
    deadline: ({ context }) => allowanceOf(context).deadlineMs,
    backoff: ({ context }) => (context.step.kind === 'retry' ? context.step.afterMs : 0),
  },
});
