import type { Failure } from '../machines/failure.ts';
import type { RunId } from '../machines/ids.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';

/** Says what went wrong, if anything did. Never rejects on what a database can do. */
export type Write = () => Promise<Failure | undefined>;

/** Ends of runs that could not be written: without them, the next life of the house would answer again. */
export interface LateWrites {
  /** Writes now, or else as soon as the store can be written again, as long as this process lives. */
  write(runId: RunId, write: Write): Promise<Failure | undefined>;
}

/** Beyond this, the oldest are given up: memory is bounded, however long the store is away. */
const MAX_LATE = 500;

/** Tries again when the store has healed, and after each write that succeeded. */
export function lateWrites(store: Store, log: Log): LateWrites {
  const late = new Map<RunId, Write>();
  let isFlushing = false;

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
    if (isFlushing) return;
    isFlushing = true;
    void flush().finally(() => {
      isFlushing = false;
    });
  };
  const keep = (runId: RunId, write: Write): void => {
    late.set(runId, write);
    const [oldest] = late.size > MAX_LATE ? late.keys() : [];
    if (oldest === undefined) return;
    late.delete(oldest);
    log.warn('run.not_written', { runId: oldest, why: 'Too many wait for the store.' });
  };

  // The store drops its listeners when it closes.
  store.onHealth(({ kind }) => {
    if (kind === 'ok') flushOnce();
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
