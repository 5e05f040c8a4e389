import type { Clock } from '../shared/clock.ts';
import { createWindowCounter } from './window-counter.ts';

export interface BreakerLimits {
  /** This many failures in a row open the breaker. */
  readonly consecutive: number;
  /** So does a share of `share` failures among at least `minCalls` calls within `windowMs`. */
  readonly minCalls: number;
  readonly share: number;
  readonly windowMs: number;
  /** How long it stays open before one call may try again. */
  readonly openMs: number;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

/** How a call that was let through ended; `void` tells nothing about the model (an abort, a bad request). */
export type Verdict = 'ok' | 'failed' | 'void';

/** The right to make one call. Told its verdict exactly once. */
export type Pass = (verdict: Verdict) => void;

/** Keeps calls away from a model that fails, and lets single probes through until one succeeds. */
export interface Breaker {
  /** `undefined`: not now; ask again after `retryInMs`. */
  enter(): Pass | undefined;
  state(): BreakerState;
  retryInMs(): number;
}

export function createBreaker(limits: BreakerLimits, clock: Clock): Breaker {
  const calls = createWindowCounter(limits.windowMs, clock);
  const failures = createWindowCounter(limits.windowMs, clock);
  let inARow = 0;
  let openedAt: number | undefined;
  let probing = false;
  // Calls let through before the breaker last changed are heard no more.
  let era = 0;

  const change = (openAt: number | undefined): void => {
    era++;
    openedAt = openAt;
    probing = false;
    inARow = 0;
    calls.clear();
    failures.clear();
  };
  // Nothing when the clock was set back: better an early probe than hours of rest.
  const restMs = (since: number): number => {
    const passed = clock.now() - since;
    return passed < 0 ? 0 : Math.max(limits.openMs - passed, 0);
  };
  const state = (): BreakerState => {
    if (openedAt === undefined) return 'closed';
    return restMs(openedAt) > 0 ? 'open' : 'half_open';
  };
  const isSick = (): boolean => {
    if (inARow >= limits.consecutive) return true;
    const total = calls.total();
    return total >= limits.minCalls && failures.total() / total >= limits.share;
  };
  const closedVerdict = (verdict: Verdict): void => {
    if (verdict === 'void') return;
    calls.add();
    inARow = verdict === 'ok' ? 0 : inARow + 1;
    if (verdict === 'failed') failures.add();
    if (isSick()) change(clock.now());
  };
  const probeVerdict = (verdict: Verdict): void => {
    if (verdict === 'void') probing = false;
    else change(verdict === 'ok' ? undefined : clock.now());
  };

  return {
    enter() {
      const now = state();
      if (now === 'open' || (now === 'half_open' && probing)) return undefined;
      probing = now === 'half_open';
      const hear = probing ? probeVerdict : closedVerdict;
      const mine = era;
      return (verdict) => {
        if (mine === era) hear(verdict);
      };
    },
    state,
    retryInMs: () => (openedAt === undefined ? 0 : restMs(openedAt)),
  };
}
