import type { Clock } from '../shared/clock.ts';
import { createWindowCounter } from './window-counter.ts';

const MINUTE_MS = 60_000;

/** Keeps all retries together to a share of the calls, so that a sick provider is not stormed. */
export interface RetryBudget {
  countCall(): void;
  /** Spends one retry; false when the share is used up. */
  mayRetry(): boolean;
}

export function createRetryBudget(
  limits: { readonly retryShare: number; readonly retrySpare: number },
  clock: Clock,
): RetryBudget {
  const calls = createWindowCounter(MINUTE_MS, clock);
  const retries = createWindowCounter(MINUTE_MS, clock);
  return {
    countCall: () => calls.add(),
    mayRetry() {
      if (retries.total() >= calls.total() * limits.retryShare + limits.retrySpare) return false;
      retries.add();
      return true;
    },
  };
}
