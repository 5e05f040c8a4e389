import type { Draft, House } from './house.ts';
import type { Row } from './ledger.ts';
import { isHeld, NOTHING_ASKED } from './outstanding.ts';
import { goBackToQueue, hearAlarms, lacksPlaces } from './queueing.ts';
import type { Turn } from './rounds.ts';
import { employ, leastPrice, release } from './teams.ts';

/** An active team goes on with what its user asks, as long as it is its turn. */
export function goOn(draft: Draft, row: Row): void {
  if (isTurnOver(draft, row)) endTurn(draft, row);
  else employ(draft, row);
}

/** It makes room, and its user waits for another turn. */
function endTurn(draft: Draft, row: Row): void {
  release(draft, { ...row, asked: NOTHING_ASKED }, { reason: 'rotated', force: false });
  goBackToQueue(draft, row, row.asked);
}

/** The turn after a question that has cost its user so much. While nobody waits, nothing is counted. */
export function pay({ line, rounds, limits }: House, { turn }: Row, tokens: number): Turn {
  const { quantumTokens } = limits;
  if (line.entries.size > 0)
    return { ...turn, had: turn.had + Math.max(tokens, leastPrice(limits)) };
  const had = rounds.current * quantumTokens;
  return { had, until: had + quantumTokens };
}

/** Others wait for its place, all that it was given has ended, and it has had what a turn is worth. */
function isTurnOver(draft: Draft, { asked, turn }: Row): boolean {
  if (turn.had < turn.until || asked.length === 0 || !asked.every(isHeld)) return false;
  // Nobody makes room for somebody who has just run out of patience.
  hearAlarms(draft);
  return lacksPlaces(draft.house);
}
