import type { UserId } from '../ids.ts';
import { type Draft, type House, note, refuseAll } from './house.ts';
import type { Outstanding } from './outstanding.ts';
import { quarantineLeft, restsUntil } from './restarts.ts';
import { joinLine } from './waiting-line.ts';

/** A user who has no team that could take these questions takes the last place in line. */
export function joinQueue(draft: Draft, userId: UserId, asked: readonly Outstanding[]): void {
  const { ledger, line, limits, restarts, now } = draft.house;
  const notBefore = restsUntil(restarts, userId);
  const isResting = notBefore > now;
  note(draft, {
    line: joinLine(line, {
      userId,
      asked,
      since: now,
      isBlocked: ledger.rows.has(userId),
      isResting,
      alarmAt: isResting ? notBefore : now + limits.maxWaitMs,
    }),
  });
}

/** What a team that is no more leaves behind: it waits for the next team, if the user may have one. */
export function goBackToQueue(draft: Draft, userId: UserId, asked: readonly Outstanding[]): void {
  if (asked.length === 0) return;
  const { house } = draft;
  const retryAfterMs = quarantineLeft(house.restarts, userId, house.now);
  if (retryAfterMs > 0) refuseAll(draft, asked, { kind: 'quarantined', retryAfterMs });
  else if (!mayStretchLine(house)) refuseAll(draft, asked, { kind: 'house_full' });
  else joinQueue(draft, userId, asked);
}

/**
 * Whether the line takes somebody who was in the house already. It stretches for them by as many as the house
 * has places: they had been accepted, and a full line is no reason to throw them out.
 */
export const mayStretchLine = ({ line, limits }: House): boolean =>
  line.entries.size < limits.maxWaiting + limits.maxTeams;
