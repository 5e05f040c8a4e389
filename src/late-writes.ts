import type { Failure } from '../machines/failure.ts';
import type { RunId } from '../machines/ids.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';

/** Says what went wrong, if anything did. Never rejects on what a database can do. */
export type Write = () => Promise<Failure | undefined>;

/** Ends of runs that could not be written: without them, the next life of the house would answer again. */
export interface LateWrites {
  /** Writes now, or else as soon as the store can be written again, as long as it is open. */
  write(runId: RunId, write: Write): Promise<Failure | undefined>;
}

/** Beyond this, the oldest are given up: memory is bounded, however long the store is away. */
const MAX_LATE = 500;

export interface LateWritesOptions {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A store may refuse a write and be well otherwise: its disk is full, or two transactions were in each other's way. Then
 * nobody tells when it takes writes again.
 */
const TRY_AGAIN_MS = 2_000;

/** Tries again when the store has healed, after each write that succeeded, and every few seconds. */
export function lateWrites(store: Store, { clock, log }: LateWritesOptions): LateWrites {
  const late = new Map<RunId, Write>();
  let isFlushing = false;
  let isClosed = false;
  let timer: unknown;

  const flush = async (): Promise<void> => {
    for (const [runId, write] of late) {
      const failed = await write();
      if (failed?.transient === true) return;
      late.delete(runId);
      if (failed === undefined) log.info('run.written_late', { runId });
      else log.warn('run.not_written', { runId, why: failed.message });
    }
  };
  const flushOnce = (): void => {
    if (isFlushing || late.size === 0) return;
    isFlushing = true;
    clock.clearTimeout(timer);
    void flush().finally(() => {
      isFlushing = false;
      if (late.size > 0 && !isClosed) timer = clock.setTimeout(flushOnce, TRY_AGAIN_MS);
    });
  };
  const keep = (runId: RunId, write: Write): void => {
    late.set(runId, write);
    if (!isFlushing && !isClosed && late.size === 1) {
      timer = clock.setTimeout(flushOnce, TRY_AGAIN_MS);
    }
    const [oldest] = late.size > MAX_LATE ? late.keys() : [];
    if (oldest === undefined) return;
    late.delete(oldest);
    log.warn('run.not_written', { runId: oldest, why: 'Too many wait for the store.' });
  };

  // The store drops its listeners when it closes.
  store.onHealth(({ kind }) => {
    if (kind === 'ok') flushOnce();
    if (kind !== 'closed') return;
    isClosed = true;
    clock.clearTimeout(timer);
  });
  return {
    async write(runId, write) {
      const failed = await write();
      if (failed === undefined) flushOnce();
      else if (failed.transient) keep(runId, write);
      return failed;
    },
  };
}
