import type { Failure } from '../../machines/failure.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { translated } from './store-error.ts';

/** Whether the database can be used. */
export type StoreHealth =
  | { readonly kind: 'ok' }
  /** Calls are refused at once with `failure` until a probe finds the database well again. */
  | { readonly kind: 'degraded'; readonly failure: Failure; readonly since: number }
  /** The last that is told: nothing will be taken any more. */
  | { readonly kind: 'closed' };

interface HealthOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when the database can be used again. Has a deadline of its own. */
  readonly probe: () => Promise<void>;
  /** How the database is called in messages. */
  readonly name: string;
}

const FIRST_PROBE_MS = 100;
/** With the time that a lost probe takes, a database that is well again is noticed within five seconds. */
const LONGEST_PAUSE_MS = 1_500;

/** Knows whether the database is well. Heals by itself: one probe at a time, with growing pauses. */
export function createHealth({ clock, log, probe, name }: HealthOptions) {
  const listeners = new Set<(health: StoreHealth) => void>();
  let health: StoreHealth = { kind: 'ok' };
  let timer: unknown;
  let closed = false;

  const become = (next: StoreHealth): void => {
    health = next;
    for (const listener of listeners) listener(next);
  };

  const probeAfter = (pauseMs: number): void => {
    timer = clock.setTimeout(() => void tryAgain(pauseMs), pauseMs);
  };

  const tryAgain = async (pauseMs: number): Promise<void> => {
    try {
      await probe();
    } catch (thrown) {
      if (closed) return;
      log.debug('store.probe_failed', { reason: translated(thrown, name).message });
      probeAfter(Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
      return;
    }
    if (closed || health.kind !== 'degraded') return;
    log.info('store.healed', { downMs: clock.now() - health.since });
    become({ kind: 'ok' });
  };

  return {
    now: (): StoreHealth => health,
    /** The database cannot be used: starts probing, unless that is under way. */
    degrade(failure: Failure): void {
      if (closed || health.kind === 'degraded') return;
      log.warn('store.degraded', { reason: failure.message });
      become({ kind: 'degraded', failure, since: clock.now() });
      probeAfter(FIRST_PROBE_MS);
    },
    /** Calls `listener` at each change; gives back the way to stop that. */
    listen(listener: (health: StoreHealth) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close(): void {
      if (closed) return;
      closed = true;
      clock.clearTimeout(timer);
      become({ kind: 'closed' });
      listeners.clear();
    },
  };
}
