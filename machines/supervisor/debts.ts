import type { UserId } from '../ids.ts';
import { ascending, drop, emptyMap, put, type SortedMap } from './sorted-map.ts';
import type { SupervisorLimits } from './supervisor.protocol.ts';

/**
 * What users have used lately, as time that they owe to the others: whoever has had many tokens stands in line as if they
 * had come that much later. It is what a round robin by deficits comes to when no round is played: tokens are paid for
 * at a fixed rate, nobody is put back further than `maxDebtMs`, and whoever comes later than that comes after.
 */
export interface Debts {
  /** When each debtor has paid, in the house's time. Whoever has, is forgotten. */
  readonly paidAt: SortedMap<UserId, number>;
  readonly byTime: SortedMap<Paid, UserId>;
}

type Paid = readonly [at: number, userId: UserId];

export const NO_DEBTS: Debts = {
  paidAt: emptyMap(ascending),
  byTime: emptyMap((a: Paid, b: Paid) => ascending(a[0], b[0]) || ascending(a[1], b[1])),
};

interface Use {
  readonly userId: UserId;
  readonly tokens: number;
  readonly at: number;
}

export function owe(debts: Debts, { userId, tokens, at }: Use, limits: SupervisorLimits): Debts {
  const kept = forgetPaid(debts, at);
  if (tokens <= 0) return kept;
  const before = kept.paidAt.get(userId);
  const price = (tokens * 1_000) / limits.fairTokensPerSecond;
  const paidAt = Math.min(Math.max(before ?? at, at) + price, at + limits.maxDebtMs);
  const others = before === undefined ? kept.byTime : drop(kept.byTime, [before, userId]);
  return {
    paidAt: put(kept.paidAt, userId, paidAt),
    byTime: put(others, [paidAt, userId], userId),
  };
}

/** When somebody who joins the line now counts as having come. */
export const turnOf = ({ paidAt }: Debts, userId: UserId, now: number): number =>
  Math.max(now, paidAt.get(userId) ?? now);

function forgetPaid(debts: Debts, now: number): Debts {
  let kept = debts;
  for (;;) {
    const first = kept.byTime.minKey();
    if (first === undefined || first[0] > now) return kept;
    kept = { paidAt: drop(kept.paidAt, first[1]), byTime: drop(kept.byTime, first) };
  }
}
