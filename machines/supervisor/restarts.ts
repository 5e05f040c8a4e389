import type { UserId } from '../ids.ts';
import { ascending, drop, emptyMap, firstOf, put, type SortedMap } from './sorted-map.ts';
import type { SupervisorLimits } from './supervisor.protocol.ts';

/** A user whose team crashed lately. */
interface Offender {
  readonly userId: UserId;
  /** When bugs ended its teams, within the window: as many as decide on quarantine. */
  readonly bugs: readonly number[];
  /** Crashes of any cause with no more than a window between them: what the backoff doubles by. */
  readonly streak: number;
  readonly lastAt: number;
  readonly notBefore: number;
  readonly quarantinedUntil: number;
  readonly order: number;
}

/** Who crashed how often, remembered only for as long as it matters. */
export interface Restarts {
  readonly offenders: SortedMap<UserId, Offender>;
  /** Those whose last crash is longest ago come first. */
  readonly byLastCrash: SortedMap<number, UserId>;
  readonly lastOrder: number;
}

export const NO_RESTARTS: Restarts = {
  offenders: emptyMap(ascending),
  byLastCrash: emptyMap(ascending),
  lastOrder: 0,
};

interface Crash {
  readonly userId: UserId;
  readonly cause: 'bug' | 'unavailable';
  readonly at: number;
  readonly chance: number;
}

/**
 * Counts a crash and sets the pause that follows it. Only bugs lead to quarantine: an outage of the store
 * would otherwise shut out everybody who was patient enough to ask again.
 */
export function countCrash(restarts: Restarts, crash: Crash, limits: SupervisorLimits): Restarts {
  const kept = forgetStale(restarts, crash.at, limits);
  const before = kept.offenders.get(crash.userId);
  const order = kept.lastOrder + 1;
  const offender = { ...offenderAfter(before, crash, limits), order };
  const byLastCrash =
    before === undefined ? kept.byLastCrash : drop(kept.byLastCrash, before.order);
  return {
    offenders: put(kept.offenders, crash.userId, offender),
    byLastCrash: put(byLastCrash, order, crash.userId),
    lastOrder: order,
  };
}

/** Before this time the user's next team may not start; 0 when nothing holds it back. */
export const restsUntil = (restarts: Restarts, userId: UserId): number =>
  restarts.offenders.get(userId)?.notBefore ?? 0;

/** Milliseconds of quarantine left; 0 when there is none. */
export const quarantineLeft = (restarts: Restarts, userId: UserId, now: number): number =>
  Math.max(0, (restarts.offenders.get(userId)?.quarantinedUntil ?? 0) - now);

function offenderAfter(
  before: Offender | undefined,
  { userId, cause, at, chance }: Crash,
  limits: SupervisorLimits,
): Omit<Offender, 'order'> {
  const since = at - limits.crashWindowMs;
  const earlierBugs = (before?.bugs ?? []).filter((bug) => bug > since);
  const bugs = cause === 'bug' ? [...earlierBugs, at] : earlierBugs;
  const streak = before !== undefined && before.lastAt > since ? before.streak + 1 : 1;
  const isTooMuch = cause === 'bug' && bugs.length > limits.maxCrashes;
  return {
    userId,
    bugs: bugs.slice(-limits.maxCrashes - 1),
    streak,
    lastAt: at,
    notBefore: at + pauseAfter(streak, chance, limits),
    quarantinedUntil: isTooMuch ? at + limits.quarantineMs : (before?.quarantinedUntil ?? 0),
  };
}

function pauseAfter(streak: number, chance: number, limits: SupervisorLimits): number {
  const doubled = limits.backoffFirstMs * 2 ** (streak - 1);
  return Math.round(Math.min(doubled, limits.backoffLongestMs) * (1 + chance / 2));
}

function forgetStale(restarts: Restarts, now: number, limits: SupervisorLimits): Restarts {
  let kept = restarts;
  for (;;) {
    const userId = firstOf(kept.byLastCrash);
    const oldest = userId === undefined ? undefined : kept.offenders.get(userId);
    if (oldest === undefined || matters(oldest, now, limits)) return kept;
    kept = {
      offenders: drop(kept.offenders, oldest.userId),
      byLastCrash: drop(kept.byLastCrash, oldest.order),
      lastOrder: kept.lastOrder,
    };
  }
}

const matters = (offender: Offender, now: number, limits: SupervisorLimits): boolean =>
  offender.lastAt > now - limits.crashWindowMs ||
  offender.notBefore > now ||
  offender.quarantinedUntil > now;
