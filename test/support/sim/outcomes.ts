import type { RunOutcome } from '../../../machines/question.ts';
import { marksIn } from './marks.ts';
import type { Plan } from './plan.ts';
import type { Asked, Moment } from './questions.ts';

/** What the simulation did to the house so far, as far as outcomes may follow from it. */
export interface Situation {
  readonly plan: Plan;
  readonly now: Moment;
  readonly isClosing: boolean;
  readonly isForced: boolean;
  readonly crashesOf: number;
  readonly failedHydrations: number;
  readonly isRepeated: boolean;
  /** Since the user's latest team was started. */
  readonly teamAgeMs: number;
}

/** Why this outcome cannot be: nothing that was done to the house explains it. `undefined` when it can. */
export function whyImpossible(
  outcome: RunOutcome,
  asked: Asked,
  situation: Situation,
): string | undefined {
  switch (outcome.kind) {
    case 'answered':
      return whyNotAnswered(outcome, asked);
    case 'failed':
      if (asked.isTakenBackInTime && asked.isHeard)
        return 'it failed though it had been taken back in time';
      return mayFail(outcome.failure.kind, asked, situation)
        ? undefined
        : `it failed with ${outcome.failure.kind}, which nobody caused`;
    case 'cancelled':
      return asked.isTakenBack || asked.isDismissed
        ? undefined
        : 'it was cancelled, and nobody wanted that';
    case 'refused':
      return mayRefuse(outcome.refusal.kind, asked, situation)
        ? undefined
        : `it was refused (${outcome.refusal.kind}) without a reason`;
  }
}

function whyNotAnswered(
  outcome: Extract<RunOutcome, { kind: 'answered' }>,
  asked: Asked,
): string | undefined {
  const { question, failures } = asked;
  if (asked.isTakenBackInTime) return 'it was answered though it had been taken back in time';
  if (outcome.text.trim() === '') return 'it was answered with nothing';
  const foreign = marksIn(outcome.text).find((mark) => mark !== marksIn(question.text)[0]);
  if (foreign !== undefined) return `its answer speaks of ${foreign}`;
  for (const [note, cause] of [
    ['not_saved', 'save'],
    ['without_history', 'start'],
  ] as const) {
    const isNoted = outcome.notes.includes(note);
    if (isNoted && !failures.has(cause)) return `it says ${note} without a reason`;
  }
  return undefined;
}

function mayFail(
  kind: Extract<RunOutcome, { kind: 'failed' }>['failure']['kind'],
  { failures, crashes, startedAt }: Asked,
  { plan, now }: Situation,
): boolean {
  if (failures.has(kind)) return true;
  if (kind === 'timeout') {
    return now.elapsedMs - startedAt.elapsedMs >= plan.roster.limits.deadlineMs;
  }
  if (kind === 'poisonous') return crashes >= plan.limits.supervisor.maxDeliveries;
  return kind === 'limit';
}

/** A team that has not opened after a minute gives up. */
const tookTooLong = (situation: Situation): boolean => situation.teamAgeMs >= 60_000;

function mayRefuse(
  kind: Extract<RunOutcome, { kind: 'refused' }>['refusal']['kind'],
  asked: Asked,
  situation: Situation,
): boolean {
  const { supervisor, team } = situation.plan.limits;
  const { crowd, isDismissed, userSince } = asked;
  switch (kind) {
    case 'draining':
      return situation.isClosing;
    case 'postponed':
      return situation.isForced && !asked.isTakenBackInTime;
    case 'team_unavailable':
      return isDismissed || situation.failedHydrations >= 3 || tookTooLong(situation);
    case 'waited_too_long':
      return situation.now.claimedMs - userSince.claimedMs >= supervisor.maxWaitMs;
    case 'house_full':
      return crowd.users >= supervisor.maxWaiting || crowd.all >= supervisor.maxUnanswered;
    case 'channel_full':
      return (
        crowd.own >= Math.min(supervisor.maxPerUser, team.maxQueued, team.maxQueuedPerChannel) ||
        crowd.inChannel >= supervisor.maxPerChannel
      );
    case 'server_full':
    case 'too_old':
      return false;
    case 'quarantined':
      return situation.crashesOf > supervisor.maxCrashes;
    case 'duplicate':
      return situation.isRepeated;
  }
}
