import { assign, enqueueActions, sendTo, setup, stopChild } from 'xstate';
import { memberMachine } from '../member/member.machine.ts';
import type { MemberReport } from '../member/member.protocol.ts';
import { type ModelRequest, type ModelResult, type RunSaved, unbound } from '../ports.ts';
import type { Progress, RunOutcome } from '../question.ts';
import { isLastStep } from '../turn/budget.ts';
import type { CalledModel } from '../turn/model-call.ts';
import { type ToolBatch, type ToolBatchResults, withUsage } from '../turn/tool-batch.ts';
import { afterLastResult, afterResult, stepAfter, summonAll, wantsTools } from './deciding.ts';
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
import { afterActed, afterReport, hasActed, openSlotsOf } from './reports.ts';
import { afterBegun, allowanceOf, isBroke, isKept, type LeaderRun, memberInputOf } from './run.ts';

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
    keepResult: assign(({ context }, called: CalledModel) => afterResult(context, called)),
    keepLastResult: assign(({ context }, called: CalledModel) => afterLastResult(context, called)),
    /** Told first: a member that starts has something to tell of its own. */
    startMembers: enqueueActions(
      ({ context, enqueue, self }, delegations: readonly Delegation[]) => {
        for (const delegation of delegations) {
          enqueue.sendTo(context.input.progressTo, {
            type: 'team.progressed',
            run: context.input.run,
            progress: delegatingOf(context, delegation),
          });
        }
        for (const delegation of delegations) {
          const id = delegation.slot;
          const nest = nestInputOf(context, delegation);
          if (nest === undefined) {
            const input = { ...memberInputOf(context, delegation), reportTo: self };
            enqueue.spawnChild('member', { id, input });
          } else enqueue.spawnChild('leader', { id, input: { ...nest, reportTo: self } });
        }
      },
    ),
    keepReport: assign(({ context }, report: MemberReport) => afterReport(context, report)),
    dismissMember: stopChild((_, { slot }: MemberReport) => slot),
    dismissMembers: enqueueActions(({ context, enqueue }) => {
      for (const slot of openSlotsOf(context)) enqueue.stopChild(slot);
    }),
    keepToolResults: assign(({ context }, results: ToolBatchResults) => ({
      results,
      purse: 0,
      usage: withUsage(context.usage, results),
    })),
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
    isKept: ({ context }) => isKept(context.input),
    isBroadcast: ({ context }) => context.input.roster.mode === 'broadcast',
    /** Nobody is at work for it. Until then it is neither broke, nor at its last step, nor routed. */
    hasActed: ({ context }) => hasActed(context),
    isLastStep: ({ context }) =>
      hasActed(context) && isLastStep(context.steps, allowanceOf(context)),
    isBroke: ({ context }) => hasActed(context) && isBroke(context),
    isRouted: ({ context }) => hasActed(context) && isRouted(context),
    isAwaited: ({ context }, { slot }: MemberReport) => openSlotsOf(context).includes(slot),
    mustUse: ({ context }, called: CalledModel) => wantsTools(stepAfter(context, called)),
    mustAct: ({ context }, called: CalledModel) => stepAfter(context, called).kind === 'act',
    mayRetry: ({ context }, called: CalledModel) => stepAfter(context, called).kind === 'retry',
    mustConclude: ({ context }, called: CalledModel) =>
      stepAfter(context, called).kind === 'conclude',
    isSaved: (_, { kind }: RunSaved) => kind === 'saved',
  },
  delays: {
    deadline: ({ context }) => allowanceOf(context).deadlineMs,
    backoff: ({ context }) => (context.step.kind === 'retry' ? context.step.afterMs : 0),
  },
});
