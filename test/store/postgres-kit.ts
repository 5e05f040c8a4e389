import postgres from 'postgres';
import { afterEach } from 'vitest';
import type { StoreHealth } from '../../src/store/health.ts';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { type PostgresProcess, startPostgres } from '../support/postgres-process.ts';
import { someone } from '../support/store-builders.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const leftovers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of leftovers.splice(0).reverse()) await dispose();
});

/** Disposed of when the test is over, last one first. */
export const later = <T>(thing: T, dispose: (thing: T) => Promise<void>): T => {
  leftovers.push(() => dispose(thing));
  return thing;
};

export const aDatabase = async (kind?: 'migrated' | 'empty'): Promise<TestDatabase> =>
  later(await freshDatabase(kind), (database) => database.drop());

export const open = async (url: string, options: OpenOptions = {}): Promise<Store> => {
  const { maxConnections = 10, ...others } = options;
  const place = { kind: 'postgres', url, maxConnections } as const;
  return later(await openStore({ place, ...others }), (store) => store.close());
};

type OpenOptions = Omit<StoreOptions, 'place'> & { readonly maxConnections?: number };

/** The same database at the far end of a wire. */
export const wiredTo = async (url: string): Promise<{ wire: TcpProxy; url: string }> => {
  const target = new URL(url);
  const { hostname: host, port } = target;
  const wire = later(await startProxy({ host, port: Number(port) }), (proxy) => proxy.close());
  target.port = String(wire.port);
  return { wire, url: target.href };
};

export const aServer = async (): Promise<PostgresProcess> =>
  later(await startPostgres(), (server) => server.stop());

/** Resolves at the next change to this kind of health. */
export const becomes = (store: Store, kind: StoreHealth['kind']): Promise<StoreHealth> =>
  new Promise((resolve) => {
    const stop = store.onHealth((health) => {
      if (health.kind !== kind) return;
      stop();
      resolve(health);
    });
  });

export async function query(url: string, text: string): Promise<readonly postgres.Row[]> {
  const sql = postgres(url, { max: 1 });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The smallest call: reads what nobody has spent. */
export const read = (store: Store) => store.spend.load(someone(), '2026-05-01');
export const NOTHING = { tokens: 0, costMicroUsd: 0 };

/** The failure a call ended with, or what it gave. */
export const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: { failure?: unknown }) => error.failure ?? error);
