import { isRecord } from '../../src/shared/parse.ts';
import type { Store } from '../../src/store/store.ts';

/** How long the calls of a store took. */
export interface Timings {
  slowestMs: number;
  /** Calls that have not settled. */
  open: number;
  calls: number;
  /** Calls that told of a database that did not do what it was asked. */
  failed: number;
}

/** The same store, each call of which is timed. */
export function timedStore(store: Store): { readonly store: Store; readonly timings: Timings } {
  const timings: Timings = { slowestMs: 0, open: 0, calls: 0, failed: 0 };
  const timed = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => track(timings, Reflect.apply(method, target, args));
      },
    });
  return {
    timings,
    store: {
      ...store,
      runs: timed(store.runs),
      inbox: timed(store.inbox),
      outbox: timed(store.outbox),
      gateways: timed(store.gateways),
      spend: timed(store.spend),
    },
  };
}

function track(timings: Timings, settles: unknown): unknown {
  if (!(settles instanceof Promise)) return settles;
  const from = performance.now();
  timings.open += 1;
  timings.calls += 1;
  const note = (): void => {
    timings.open -= 1;
    timings.slowestMs = Math.max(timings.slowestMs, performance.now() - from);
  };
  const fail = (): void => {
    timings.failed += 1;
  };
  settles.then(note, note);
  settles.then((told: unknown) => isFailure(told) && fail(), fail);
  return settles;
}

/** Some calls never reject, and give a failure back. */
const isFailure = (told: unknown): boolean =>
  isRecord(told) &&
  (told['kind'] === 'storage' || (told['kind'] === 'failed' && isFailure(told['failure'])));
