import { assign, enqueueActions, sendTo, setup } from 'xstate';
import { leaderMachine } from '../leader/leader.machine.ts';
import type { LeaderReport, LeaderSlot } from '../leader/leader.protocol.ts';
import { type TeamHydration, unbound } from '../ports.ts';
import type { Question, RunOutcome } from '../question.ts';
import { backoffMs } from '../turn/budget.ts';
import {
  afterBeginning,
  afterFinishing,
  type Desk,
  isAtRest,
  nextRuns,
  placeOf,
  type Running,
  runOf,
} from './desk.ts';
import { hasRoomFor, matches, type Scope, without } from './mailbox.ts';
import type { TeamCommand, TeamInput, TeamRef, TeamReport } from './team.protocol.ts';

const MAX_HYDRATIONS = 3;
/** What furnishing and hydrating may take in all, every try included. */
const ARRIVAL_MS = 60_000;

/** The names that the team's chart speaks in, and the ports it has. */
export const team = setup({
  types: {
    context: {} as Desk,
    input: {} as TeamInput,
    events: {} as TeamCommand | LeaderReport,
    children: {} as { [Slot in LeaderSlot]: 'leader' },
  },
  actors: {
    hydrate: unbound<TeamHydration, TeamRef>('hydrate'),
    leader: leaderMachine,
  },
  actions: {
    report: sendTo(
      ({ context }) => context.input.reportTo,
      (_, report: TeamReport) => report,
    ),
    accept: enqueueActions(({ context, enqueue }, question: Question) => {
      enqueue.assign(({ context: desk }) => ({ mailbox: [...desk.mailbox, question] }));
      const place = placeOf(context, question);
      if (place === 0) return;
      const run = runOf(context, question);
      enqueue.sendTo(context.input.reportTo, { type: 'team.queued', run, place });
    }),
    beginRuns: enqueueActions(({ context, enqueue, self }, begun: readonly Running[]) => {
      for (const { slot, question } of begun) {
        const run = runOf(context, question);
        const { roster, reportTo: progressTo, unkept = false } = context.input;
        enqueue.sendTo(progressTo, { type: 'team.started', run });
        enqueue.spawnChild('leader', {
          id: slot,
          input: { run, slot, question, roster, unkept, reportTo: self, progressTo },
        });
      }
      enqueue.assign(({ context: desk }) => afterBeginning(desk, begun));
    }),
    finish: enqueueActions(({ context, enqueue }, { slot, outcome }: LeaderReport) => {
      const ended = context.running.find((run) => run.slot === slot);
      if (ended === undefined) return;
      enqueue.stopChild(slot);
      enqueue.assign(({ context: desk }) => afterFinishing(desk, slot));
      enqueue.sendTo(context.input.reportTo, {
        type: 'team.settled',
        run: runOf(context, ended.question),
        outcome,
        by: 'leader',
      });
    }),
    cancelRunning: enqueueActions(({ context, enqueue }, scope: Scope) => {
      for (const { slot, question } of context.running) {
        if (matches(question, scope)) enqueue.sendTo(slot, { type: 'leader.cancel' });
      }
    }),
    settleQueued: enqueueActions(
      ({ context, enqueue }, { scope, outcome }: { scope: Scope; outcome: RunOutcome }) => {
        const taken = context.mailbox.filter((question) => matches(question, scope));
        for (const question of taken) {
          const run = runOf(context, question);
          enqueue.sendTo(context.input.reportTo, {
            type: 'team.settled',
            run,
            outcome,
            by: 'team',
          });
        }
        enqueue.assign(({ context: desk }) => ({ mailbox: without(desk.mailbox, taken) }));
      },
    ),
    countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
  },
  guards: {
    hasRoom: ({ context }, question: Question) =>
      hasRoomFor(context.mailbox, question, context.input.limits),
    isHydrated: (_, { kind }: TeamHydration) => kind === 'ready',
    isHopeless: ({ context }) => context.failures + 1 >= MAX_HYDRATIONS,
    isAtRest: ({ context }) => isAtRest(context),
    isLastEnd: ({ context }, { slot }: LeaderReport) =>
      isAtRest({ ...context, ...afterFinishing(context, slot) }),
    canBegin: ({ context }) => nextRuns(context).length > 0,
    isForced: (_, { force }: { force: boolean }) => force,
  },
  delays: { backoff: ({ context }) => backoffMs(context.failures), arrival: ARRIVAL_MS },
});
