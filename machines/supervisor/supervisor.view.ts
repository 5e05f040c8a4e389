import type { Epoch, UserId } from '../ids.ts';
import type { House } from './house.ts';

/** A team as the watcher sees it. */
export interface TeamView {
  readonly userId: UserId;
  readonly epoch: Epoch;
  readonly phase: 'active' | 'closing';
  /** Questions that have not ended; 0: the team is idle. */
  readonly unanswered: number;
  readonly usedAt: number;
}

/** A user who waits for a place. */
export interface WaitingView {
  readonly userId: UserId;
  /** Counts from 1. */
  readonly place: number;
  readonly unanswered: number;
  readonly since: number;
  /** Waits for more than a place: its last team crashed and rests, or has not quite left yet. */
  readonly isHeldBack: boolean;
}

/** Everybody in the house, the least recently used first. Sorts: for people's eyes, not for decisions. */
export const teamsOf = ({ ledger }: House): readonly TeamView[] =>
  [...ledger.rows.values()]
    .sort((a, b) => a.use - b.use)
    .map(({ userId, epoch, phase, asked, usedAt }) => ({
      userId,
      epoch,
      phase,
      unanswered: asked.length,
      usedAt,
    }));

/** Everybody in line, in order. */
export const waitingIn = ({ line }: House): readonly WaitingView[] =>
  [...line.entries.values()].map(({ userId, asked, since, isBlocked, isResting }, index) => ({
    userId,
    place: index + 1,
    unanswered: asked.length,
    since,
    isHeldBack: isBlocked || isResting,
  }));
