import type { UserId } from '../ids.ts';
import { type Draft, type House, note, refuseAll } from './house.ts';
import { activeTeams, type Row } from './ledger.ts';
import type { Outstanding } from './outstanding.ts';
import { quarantineLeft, restsUntil } from './restarts.ts';
import { hadBy, roundOf } from './rounds.ts';
import { changeEntry, type Entry, joinLine, leaveLine, nextAlarm } from './waiting-line.ts';

/** A user who has no team that could take these questions waits in line, for the next round that they come in. */
export function joinQueue(draft: Draft, userId: UserId, asked: readonly Outstanding[]): void {
  const { rounds, limits } = draft.house;
  wait(draft, { userId, asked, had: hadBy(rounds, userId, limits.quantumTokens) });
}

function wait(draft: Draft, waiting: Pick<Entry, 'userId' | 'asked' | 'had'>): void {
  const { ledger, line, limits, restarts, now } = draft.house;
  const { userId, had } = waiting;
  const notBefore = restsUntil(restarts, userId);
  const isResting = notBefore > now;
  note(draft, {
    line: joinLine(line, {
      ...waiting,
      round: roundOf(had, limits.quantumTokens),
      since: now,
      isBlocked: ledger.rows.has(userId),
      isResting,
      alarmAt: isResting ? notBefore : now + limits.maxWaitMs,
    }),
  });
}

/**
 * What a team that is no more leaves behind: it waits for the next team, if the user may have one. Who was in the house has
 * missed no round: they come in the one after their turn, though it may be the turn of later ones already. A turn that
 * was cut off counts as a whole one.
 */
export function goBackToQueue(
  draft: Draft,
  { userId, turn }: Row,
  asked: readonly Outstanding[],
): void {
  if (asked.length === 0) return;
  const { house } = draft;
  const retryAfterMs = quarantineLeft(house.restarts, userId, house.now);
  if (retryAfterMs > 0) refuseAll(draft, asked, { kind: 'quarantined', retryAfterMs });
  else if (!mayStretchLine(house)) refuseAll(draft, asked, { kind: 'house_full' });
  else wait(draft, { userId, asked, had: Math.max(turn.had, turn.until) });
}

/**
 * Whether the line takes somebody who was in the house already. It stretches for them by as many as the house
 * has places: they had been accepted, and a full line is no reason to throw them out.
 */
export const mayStretchLine = ({ line, limits }: House): boolean =>
  line.entries.size < limits.maxWaiting + limits.maxTeams;

/** Whether more users may go than there are places free or about to be. */
export const lacksPlaces = ({ ledger, line, limits }: House): boolean =>
  line.ready.size > Math.max(0, limits.maxTeams - activeTeams(ledger));

/** Ends rests and patience that are over. */
export function hearAlarms(draft: Draft): void {
  const { now, limits } = draft.house;
  for (;;) {
    const entry = nextAlarm(draft.house.line);
    if (entry === undefined || entry.alarmAt > now) return;
    if (entry.isResting) {
      const rested = { isResting: false, alarmAt: now + limits.maxWaitMs };
      note(draft, { line: changeEntry(draft.house.line, entry, rested) });
    } else endWaiting(draft, entry, 'waited_too_long');
  }
}

export function endWaiting(draft: Draft, entry: Entry, kind: 'waited_too_long' | 'draining'): void {
  refuseAll(draft, entry.asked, { kind });
  note(draft, { line: leaveLine(draft.house.line, entry) });
}
