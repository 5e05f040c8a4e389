import type { MemoryHouse } from './memory-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { messageOf } from './shared/thrown.ts';
import type { Store } from './store/store.ts';

export interface ChangesOptions {
  readonly store: Pick<Store, 'kind' | 'changes'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What other processes erase and set of users, such as the operator's command. */
export interface ChangesElsewhere {
  /** From now on, does here what would be done had it been asked for here, with what was changed since the opening, too. */
  follow(memory: Pick<MemoryHouse, 'changedElsewhere'>): void;
  close(): Promise<void>;
}

/** A run that begins in between is shown nothing that was changed (`Recalled.asOf`); one under way goes on for so long. */
const EVERY_MS = 2_000;

/** To be opened before anything of a user is read: what was changed before is not given. Rejects with `StoreError`. */
export async function openChanges({
  store: { kind, changes },
  clock,
  log,
}: ChangesOptions): Promise<ChangesElsewhere> {
  // Nobody else can be at a database that is ours alone.
  const isShared = kind === 'postgres';
  if (isShared) await changes.ofOthers();
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: unknown;
  let looking: Promise<void> = Promise.resolve();

  const look = async (memory: Pick<MemoryHouse, 'changedElsewhere'>): Promise<void> => {
    try {
      for (const { userId, what } of await changes.ofOthers({ signal })) {
        log.info('memory.changed_elsewhere', { userId, what: what.kind });
        await memory.changedElsewhere({ userId }, what).catch((thrown: unknown) => {
          log.error('memory.not_let_go', { userId, what: what.kind, why: messageOf(thrown) });
        });
      }
    } catch (thrown) {
      // What was not read is read the next time.
      if (!signal.aborted) log.warn('memory.changes_not_read', { why: messageOf(thrown) });
    }
    if (!signal.aborted) lookLater(memory);
  };
  const lookLater = (memory: Pick<MemoryHouse, 'changedElsewhere'>): void => {
    timer = clock.setTimeout(() => {
      looking = look(memory);
    }, EVERY_MS);
  };

  return {
    follow(memory) {
      if (isShared) lookLater(memory);
    },
    async close() {
      stopping.abort();
      clock.clearTimeout(timer);
      await looking;
    },
  };
}
