import type { Clock } from '../shared/clock.ts';
import type { EndSignal } from './call-end.ts';

export interface Patience {
  readonly signal: EndSignal;
  readonly ms: number;
  readonly clock: Clock;
}

export type Waited<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'late' }
  | { readonly kind: 'aborted' };

/** Waits for `promise` no longer than `ms` and no longer than `signal` allows; rejects when it does. Leaves no timer and no listener. */
export function within<T>(
  promise: Promise<T>,
  { signal, ms, clock }: Patience,
): Promise<Waited<T>> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const end = (waited: Waited<T>): void => {
      done();
      resolve(waited);
    };
    const onAbort = (): void => end({ kind: 'aborted' });
    const timer = clock.setTimeout(() => end({ kind: 'late' }), ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    promise.then(
      (value) => end({ kind: 'value', value }),
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}

/** Waits `ms`; true when it waited to the end, false when `signal` aborted before. */
export async function pause(patience: Patience): Promise<boolean> {
  if (patience.ms <= 0) return !patience.signal.aborted;
  // A promise of its own: one shared by all pauses would remember every one of them.
  const waited = await within(new Promise<never>(() => {}), patience);
  return waited.kind === 'late';
}
