import type { UserId } from '../ids.ts';
import { ascending, drop, emptyMap, put, type SortedMap } from './sorted-map.ts';

/**
 * The round robin by deficits in which users get a place: each round gives everybody in line a turn of one quantum of
 * tokens. What a turn has cost is known when it is over, so it may cost more; then its user is passed over in as many
 * rounds as it takes to make up for it. No round is played: users wait in order of the rounds in which they come, so
 * that whoever is passed over ten times costs no more than whoever is not. Newcomers come in the next round and not in
 * this one, or else this one would never end.
 */
export interface Rounds {
  /** The latest in which somebody was let in. */
  readonly current: number;
  /** Of users who neither wait nor work: what they have had beyond all rounds so far. */
  readonly had: SortedMap<UserId, number>;
  readonly byHad: SortedMap<Had, UserId>;
}

type Had = readonly [tokens: number, userId: UserId];

export const NO_ROUNDS: Rounds = {
  current: 0,
  had: emptyMap(ascending),
  byHad: emptyMap((a: Had, b: Had) => ascending(a[0], b[0]) || ascending(a[1], b[1])),
};

/** What a team may have before it makes room for others. All tokens count from the first round. */
export interface Turn {
  readonly had: number;
  /** The end of the round in which it was let in. */
  readonly until: number;
}

/** What somebody counts as having had who comes now: as much as those who were here all the time, or more. */
export const hadBy = ({ current, had }: Rounds, userId: UserId, quantum: number): number =>
  Math.max(current * quantum, had.get(userId) ?? 0);

/** The round in which somebody comes who has had so much. */
export const roundOf = (had: number, quantum: number): number => Math.floor(had / quantum) + 1;

/** Somebody was let in whose turn was in this round. What it makes up for is forgotten. */
export function goOnTo(rounds: Rounds, round: number, quantum: number): Rounds {
  let kept = { ...rounds, current: Math.max(rounds.current, round) };
  for (;;) {
    const first = kept.byHad.minKey();
    if (first === undefined || first[0] > kept.current * quantum) return kept;
    kept = without(kept, first[1]);
  }
}

/** A team leaves: what its user has had counts when they come again. */
export function keepHad(rounds: Rounds, userId: UserId, tokens: number): Rounds {
  const others = without(rounds, userId);
  return {
    ...others,
    had: put(others.had, userId, tokens),
    byHad: put(others.byHad, [tokens, userId], userId),
  };
}

/** Nobody waits any more: nobody has had more than others. */
export const forgive = ({ current }: Rounds): Rounds => ({ ...NO_ROUNDS, current });

function without(rounds: Rounds, userId: UserId): Rounds {
  const tokens = rounds.had.get(userId);
  if (tokens === undefined) return rounds;
  return {
    ...rounds,
    had: drop(rounds.had, userId),
    byHad: drop(rounds.byHad, [tokens, userId]),
  };
}
