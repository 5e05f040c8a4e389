import { access, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Clock } from '../shared/clock.ts';
import { sibling } from '../shared/sibling.ts';
import type { Columns, Connection, Connector, Db, Value } from './connection.ts';
import { CLOSE, type EmbeddedReply, type EmbeddedRequest } from './embedded-protocol.ts';
import { lockFolder } from './folder-lock.ts';
import { lostConnection, unreachable } from './store-error.ts';

export interface EmbeddedOptions {
  readonly clock: Clock;
  /** Brings the database up to date; called for each opening. */
  readonly prepare: (db: Db) => Promise<void>;
  /** Called when the thread has begun with it. */
  readonly whileOpening: () => void;
}

/** Making a new database takes seconds; on a slow machine, many. */
const OPEN_WITHIN_MS = 60_000;
const CLOSE_WITHIN_MS = 3_000;

/**
 * PGlite in a folder, held by this process alone. One connection: a thread that runs the database. Survives the death
 * of the process at any moment; not a power failure, because PGlite does not wait for the disk.
 */
export async function embeddedConnector(
  dataDir: string,
  options: EmbeddedOptions,
): Promise<Connector> {
  const lock = await lockFolder(dataDir);
  const folder = path.join(dataDir, 'pg');
  const mark = path.join(dataDir, 'pg.unfinished');
  let previous: Promise<void> = Promise.resolve();

  return {
    kind: 'embedded',
    max: 1,
    async open() {
      // Two threads on one folder would be as bad as two processes.
      await previous;
      // The mark stands while a database is being made, so nothing was ever kept in one that still has it.
      if (await exists(mark)) await rm(folder, { recursive: true, force: true });
      const isNew = !(await exists(folder));
      if (isNew)
        await writeFile(
          mark,
          'A database is being made in pg/. Found at start, both are made anew.\n',
        );
      const { connection, ended } = await startThread(folder, options);
      previous = ended;
      if (isNew) await rm(mark);
      return connection;
    },
    close: async () => {
      await previous;
      await lock.release();
    },
  };
}

/** PGlite in memory: gone when it is closed, and nothing to wait for when its thread dies. */
export function memoryConnector(options: EmbeddedOptions): Connector {
  let opened = false;
  return {
    kind: 'memory',
    max: 1,
    async open() {
      if (opened)
        throw unreachable('The database in memory is lost; start again to have a new one.');
      opened = true;
      return (await startThread('memory://', options)).connection;
    },
    close: () => Promise.resolve(),
  };
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function startThread(dataDir: string, { clock, prepare, whileOpening }: EmbeddedOptions) {
  const thread = new DatabaseThread(dataDir, clock);
  const timer = clock.setTimeout(() => thread.destroy(), OPEN_WITHIN_MS);
  try {
    whileOpening();
    await thread.ready;
    await prepare(thread.db);
    return { connection: thread, ended: thread.ended };
  } catch (error) {
    thread.destroy();
    await thread.ended;
    throw error;
  } finally {
    clock.clearTimeout(timer);
  }
}

interface Pending {
  readonly resolve: (rows: readonly unknown[]) => void;
  readonly reject: (error: Error) => void;
}

class DatabaseThread implements Connection {
  readonly db: Db;
  readonly ready: Promise<void>;
  /** Resolves when the thread is gone and the folder free. */
  readonly ended: Promise<void>;
  onLost: ((error: Error) => void) | undefined;
  readonly #clock: Clock;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #lost = false;
  readonly #whenReady: Pending;

  constructor(dataDir: string, clock: Clock) {
    this.#clock = clock;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#whenReady = { resolve: () => resolve(), reject };
    this.#worker = new Worker(sibling('embedded-worker', import.meta.url), {
      workerData: { dataDir },
      // It reports to us alone: PGlite's own notices are of no use to people.
      stdout: true,
      stderr: true,
    });
    this.#worker.on('message', (reply: EmbeddedReply) => this.#heard(reply));
    this.#worker.on('error', (error) => this.#lose(lostConnection(error.message)));
    this.ended = new Promise((gone) => {
      this.#worker.once('exit', () => {
        this.#lose(lostConnection('its thread ended'));
        gone();
      });
    });
    this.db = drizzle({ client: asClient((request) => this.#ask(request)) });
  }

  async query(sql: string, params: readonly Value[]): Promise<readonly Columns[]> {
    const rows = await this.#ask({ sql, params, rowMode: 'array' });
    // What PGlite promises of this mode; the thread's answers have no type of their own for it.
    return rows as readonly Columns[];
  }

  isLost(): boolean {
    return this.#lost;
  }

  destroy(): void {
    this.#lost = true;
    void this.#worker.terminate();
  }

  async close(): Promise<void> {
    this.#lost = true;
    this.#worker.postMessage(CLOSE);
    const timer = this.#clock.setTimeout(() => this.destroy(), CLOSE_WITHIN_MS);
    await this.ended;
    this.#clock.clearTimeout(timer);
  }

  #ask(request: Omit<EmbeddedRequest, 'id'>): Promise<readonly unknown[]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id } satisfies EmbeddedRequest);
    });
  }

  #heard(reply: EmbeddedReply): void {
    if (reply.kind === 'ready') {
      this.#whenReady.resolve([]);
      return;
    }
    if (reply.kind === 'failed') {
      this.#lose(errorOf(reply));
      return;
    }
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.kind === 'rows') pending?.resolve(reply.rows);
    else pending?.reject(errorOf(reply));
  }

  #lose(error: Error): void {
    const wasLost = this.#lost;
    this.#lost = true;
    this.#whenReady.reject(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    if (!wasLost) this.onLost?.(error);
  }
}

const errorOf = ({ message, code }: Exclude<EmbeddedReply, { kind: 'ready' | 'rows' }>): Error =>
  Object.assign(new Error(message), { code });

type Ask = (request: Omit<EmbeddedRequest, 'id'>) => Promise<readonly unknown[]>;

/** What drizzle uses of a PGlite. */
interface Client {
  query(
    sql: string,
    params?: unknown[],
    options?: { rowMode?: 'array' | 'object' },
  ): Promise<unknown>;
  transaction<T>(work: (client: Client) => Promise<T>): Promise<T>;
}

/** The connection has one user at a time, so a transaction needs no queue. */
function asClient(ask: Ask): PGlite {
  const client: Client = {
    async query(sql, params = [], { rowMode = 'object' } = {}) {
      return { rows: await ask({ sql, params, rowMode }) };
    },
    async transaction(work) {
      await client.query('begin');
      try {
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    },
  };
  // PGlite is a class with private parts, so nothing else can be one; drizzle calls the two above only.
  return client as unknown as PGlite;
}
