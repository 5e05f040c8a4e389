import type { RunId } from '../ids.ts';
import type { Question } from '../question.ts';

/** An accepted question that has not ended yet. */
export interface Outstanding {
  readonly question: Question;
  /** How many times it was with a team when that team crashed. Above zero it is a suspect. */
  readonly deliveries: number;
  readonly stage: Stage;
  /** When it was asked, in the house's time. */
  readonly since: number;
}

type Stage =
  /** It waits: for a place, or for its turn while its team works in isolation. */
  | 'held'
  /** Its team has it. */
  | 'given'
  /** Its team has it and was told to cancel it. */
  | 'stopping';

export const held = (question: Question, since: number): Outstanding => ({
  question,
  deliveries: 0,
  stage: 'held',
  since,
});

export const isHeld = (item: Outstanding): boolean => item.stage === 'held';

/** Shared by every idle row, so that an idle team costs no array. */
export const NOTHING_ASKED: readonly Outstanding[] = [];

export const hasRun = (asked: readonly Outstanding[], runId: RunId): boolean =>
  asked.some((item) => item.question.runId === runId);

/**
 * What may go to the team now. While a suspect is among them, one at a time: should the team crash again,
 * only the question that did it is blamed. With a `turn`, so many of them and then no more.
 */
export function nextToGive(
  asked: readonly Outstanding[],
  turn: number | undefined,
): readonly Outstanding[] {
  const isIsolated = asked.some((item) => item.deliveries > 0);
  if (!isIsolated && turn === undefined) return asked.filter(isHeld);
  return asked.every(isHeld) ? asked.slice(0, isIsolated ? 1 : turn) : NOTHING_ASKED;
}
