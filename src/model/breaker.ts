import type { FailureKind } from '../../machines/failure.ts';
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
export type Verdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'void' }
  | { readonly kind: 'failed'; readonly why: FailureKind };

/** Why calls are kept away, and for how long. */
export interface Rest {
  /** How the last call failed before the breaker opened. */
  readonly why: FailureKind;
  /** Until a probe may be made; nothing while one is under way. */
  readonly leftMs: number;
  /** The probe after the rest before this one has failed too. */
  readonly isAgain: boolean;
}

/** The right to make one call; told its verdict exactly once. */
export type Pass = (verdict: Verdict) => void;

/** Keeps calls away from a model that fails, and lets single probes through until one succeeds. */
export interface Breaker {
  /** `undefined`: not now; `rest` says why. */
  enter(): Pass | undefined;
  state(): BreakerState;
  /** `undefined`: it is closed. */
  rest(): Rest | undefined;
}

interface Opened extends Pick<Rest, 'why' | 'isAgain'> {
  readonly at: number;
}

export function createBreaker(limits: BreakerLimits, clock: Clock): Breaker {
  const calls = createWindowCounter(limits.windowMs, clock);
  const failures = createWindowCounter(limits.windowMs, clock);
  let inARow = 0;
  /** Of the last call that failed. */
  let why: FailureKind | undefined;
  let opened: Opened | undefined;
  let probing = false;
  // Calls let through before the breaker last changed are heard no more.
  let era = 0;

  const change = (to: Opened | undefined): void => {
    era++;
    opened = to;
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
    if (opened === undefined) return 'closed';
    return restMs(opened.at) > 0 ? 'open' : 'half_open';
  };
  const isSick = (): boolean => {
    if (inARow >= limits.consecutive) return true;
    const total = calls.total();
    return total >= limits.minCalls && failures.total() / total >= limits.share;
  };
  const closedVerdict = (verdict: Verdict): void => {
    if (verdict.kind === 'void') return;
    calls.add();
    inARow = verdict.kind === 'ok' ? 0 : inARow + 1;
    if (verdict.kind === 'failed') {
      failures.add();
      why = verdict.why;
    }
    if (why !== undefined && isSick()) change({ at: clock.now(), why, isAgain: false });
  };
  const probeVerdict = (verdict: Verdict): void => {
    if (verdict.kind === 'void') probing = false;
    else if (verdict.kind === 'ok') change(undefined);
    else change({ at: clock.now(), why: verdict.why, isAgain: true });
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
    rest() {
      if (opened === undefined) return undefined;
      return { why: opened.why, leftMs: restMs(opened.at), isAgain: opened.isAgain };
    },
  };
}
