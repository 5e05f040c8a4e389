import { failure } from '../../machines/failure.ts';
import type { LeaderReport, LeaderSlot } from '../../machines/leader/leader.protocol.ts';
import type { RunOutcome } from '../../machines/question.ts';
import { teamMachine } from '../../machines/team/team.machine.ts';
import type { TeamCommand, TeamLimits } from '../../machines/team/team.protocol.ts';
import { answered, aQuestion, aRoster } from '../../src/testing/builders.ts';
import { nobody, SteppedMachine } from '../../src/testing/stepped-machine.ts';

const LIMITS: TeamLimits = { concurrency: 2, maxQueuedPerChannel: 2, maxQueued: 3 };

/** A team that is stepped by hand, before it knows its user. */
export const aTeam = (limits: Partial<TeamLimits> = {}) =>
  new SteppedMachine(teamMachine, {
    userId: aQuestion().userId,
    epoch: 7,
    roster: aRoster(),
    limits: { ...LIMITS, ...limits },
    reportTo: nobody,
  });

export type SteppedTeam = ReturnType<typeof aTeam>;

export const READY = { kind: 'ready' };
export const UNREADY = { kind: 'failed', failure: failure('storage', 'The disk is full.') };

/** A team that takes questions. */
export function anOpenTeam(limits: Partial<TeamLimits> = {}): SteppedTeam {
  const team = aTeam(limits);
  team.settle('hydrate', READY);
  return team;
}

/** `lobby1` is question 1 of the channel lobby. */
export const asks = (name: string): Extract<TeamCommand, { type: 'team.ask' }> => ({
  type: 'team.ask',
  question: aQuestion({ run: name, channel: name.replace(/\d+$/, '') }),
});

/** The same, of an earlier life of the process. */
export const asksAgain = (name: string): TeamCommand => {
  const { type, question } = asks(name);
  return { type, question: { ...question, resumedAt: question.at } };
};

export const finishes = (slot: LeaderSlot, outcome: RunOutcome = answered('42')): LeaderReport => ({
  type: 'leader.finished',
  slot,
  outcome,
});

/** A leader's own end, which follows its report. */
export const isGone = (slot: LeaderSlot) =>
  ({ type: `xstate.done.actor.${slot}`, output: undefined, actorId: slot }) as const;

/** What was told in the last step, as sentences: `started lobby1`, `settled lobby1 answered`. */
export const tellings = ({ effects }: SteppedTeam): readonly string[] =>
  effects.sent.flatMap((event) => {
    if (!('run' in event)) return event.type === 'leader.cancel' ? ['cancel'] : [event.type];
    const words = [event.type.replace('team.', ''), (event.run as { runId: string }).runId];
    if ('place' in event) words.push(String(event.place));
    if ('outcome' in event) words.push(endingOf(event.outcome as RunOutcome));
    return [words.join(' ')];
  });

const endingOf = (outcome: RunOutcome): string =>
  outcome.kind === 'refused' ? outcome.refusal.kind : outcome.kind;
