import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { failure } from '../machines/failure.ts';
import type { Config } from './config.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import type { Store } from './store/store.ts';
import { failureOf } from './store/store-error.ts';
import { type CodeTools, createCodeTools } from './tools/code/code-tools.ts';
import type { SandboxRegister } from './tools/code/e2b.ts';
import type { FileKeeper } from './tools/code/file-keeper.ts';

/** What code makes is kept in the store, under the run that made it. */
const keeperIn = (store: Store, clock: Clock): FileKeeper => ({
  async keep({ userId, runId }, { name, mime, data }, { signal }) {
    const id = randomUUID();
    try {
      const file = { id, runId, name, mime, data, at: clock.now() };
      const isKept = await store.files.keep({ userId }, file, { signal });
      if (!isKept) return failure('unavailable', 'Its run is not in the store.');
      return { id, name, mime, bytes: data.length };
    } catch (error) {
      return failureOf(error);
    }
  },
});

interface RegisterOptions {
  readonly store: Store;
  /** Tells this house apart from others that share its database. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Which machines this house pays for is kept in the store, so that its next life can end them. */
function registerIn({ store, dataDir, clock, log }: RegisterOptions): SandboxRegister {
  const house = houseOf(dataDir);
  const orLog = async (what: string, work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      log.warn(what, { why: failureOf(error).message });
    }
  };
  return {
    add: (id) => orLog('sandbox.not_noted', store.sandboxes.add({ id, house, at: clock.now() })),
    remove: (id) => orLog('sandbox.not_struck', store.sandboxes.remove(id)),
    async leftBehind() {
      try {
        return await store.sandboxes.list(house);
      } catch (error) {
        log.warn('sandbox.not_listed', { why: failureOf(error).message });
        return [];
      }
    },
  };
}

/** The same for every life of a house on its machine and in its folder. */
const houseOf = (dataDir: string): string =>
  createHash('sha256')
    .update(`${hostname()} ${resolve(dataDir)}`)
    .digest('hex')
    .slice(0, 32);

interface CodeHouse {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where code is run, and who keeps what it makes. */
export function openCode(
  { code: { e2b: service }, dataDir }: Config,
  { store, clock, log }: CodeHouse,
): CodeTools {
  const keeper = keeperIn(store, clock);
  if (service === undefined) return createCodeTools({ clock, log, keeper });
  const register = registerIn({ store, dataDir, clock, log });
  return createCodeTools({ clock, log, keeper, e2b: { service, register } });
}
