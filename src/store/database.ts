import { type SQL, sql } from 'drizzle-orm';
import { failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { Call, type CallSettings } from './call.ts';
import type { Values } from './compiled.ts';
import type { Connection, Connector, Db } from './connection.ts';
import { ConnectionPool } from './connection-pool.ts';
import { createHealth, type StoreHealth } from './health.ts';
import { execute, executeAs, type Statement } from './statement.ts';
import { concernsConnection, StoreError, translated } from './store-error.ts';

export interface CallOptions {
  /** Ends the wait at once. What the database is doing by then may still take effect. */
  readonly signal?: AbortSignal;
}

/** A database that answers, or says within the deadline that it cannot. */
export interface Database {
  /**
   * Runs one statement, on its own and atomic. May run it a second time when the connection broke under it, and again when
   * another transaction undid it, so each statement must be idempotent. `values` that are a function are asked for when a
   * connection is there. Rejects with `StoreError` (or with a bug of ours); at once while the database is degraded.
   */
  run<Row>(
    what: Statement<Row>,
    values: Values | (() => Values),
    options?: CallOptions,
  ): Promise<readonly Row[]>;
  /** Runs one statement in a transaction that sees, of what is known of users, this one's rows only. Otherwise like `run`. */
  runAs<Row>(
    userId: UserId,
    call: { readonly what: Statement<Row>; readonly values: Values },
    options?: CallOptions,
  ): Promise<readonly Row[]>;
  /** Several statements, one after the other, in one transaction; each of them idempotent. Otherwise like `run`. */
  runTogether(steps: readonly Step[], options?: CallOptions): Promise<void>;
  /** Makes the first connection, however long a new database takes. Rejects with `StoreError`. */
  reach(): Promise<void>;
  health(): StoreHealth;
  /** Calls `listener` at each change of health; gives back the way to stop that. */
  onHealth(listener: (health: StoreHealth) => void): () => void;
  /** Refuses what comes, waits for what is under way, and closes everything within `closeWithinMs`. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly connector: Connector;
  readonly clock: Clock;
  readonly log: Log;
  /** How long one call may take, waiting for a connection included. */
  readonly deadlineMs: number;
  /** How the database is called in messages: its address without secrets. */
  readonly name: string;
}

export function createDatabase(options: DatabaseOptions): Database {
  const { connector, clock, log, deadlineMs, name } = options;
  const pool = new ConnectionPool(connector, clock);
  const usual = { pool, clock, deadlineMs, answerWithinMs: connector.answerWithinMs, name };
  const probing = { ...usual, deadlineMs: Math.min(deadlineMs, PROBE_MS) };
  const probe = (): Promise<void> => call(ping, probing);
  const health = createHealth({ clock, log, name, probe });
  let closing: Promise<void> | undefined;

  return {
    run: (what, values, options) =>
      attempt(
        (connection) => execute(connection, what, typeof values === 'function' ? values() : values),
        options,
      ),
    runAs: (userId, { what, values }, options) =>
      attempt((connection) => executeAs(connection, userId, { what, values }), options),
    runTogether: (steps, options) =>
      attempt(({ db }) => db.transaction((tx) => executeAll(tx, steps)), options),
    reach: () =>
      pool.warm().catch((thrown: unknown) => {
        throw translated(thrown, name);
      }),
    health: health.now,
    onHealth: health.listen,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };

  async function attempt<T>(
    work: (connection: Connection) => Promise<T>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    const state = health.now();
    if (state.kind === 'degraded') throw new StoreError(state.failure, 'connection');
    try {
      return await call(work, usual, signal);
    } catch (thrown) {
      const error = translated(thrown, name);
      if (concernsConnection(error) && closing === undefined) health.degrade(error.failure);
      throw error;
    }
  }

  function call<T>(
    work: (connection: Connection) => Promise<T>,
    settings: CallSettings,
    signal?: AbortSignal,
  ): Promise<T> {
    return closing === undefined
      ? new Call(work, settings).start(signal)
      : Promise.reject(closed());
  }

  async function closeAll(): Promise<void> {
    health.close();
    // What is under way has a deadline of its own, so this ends.
    await pool.close(closed());
    await connector.close();
  }
}

/** A statement that gives nothing back. */
export type Step = SQL;

async function executeAll(db: Db, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await db.execute(step);
}

/** A probe that was lost on its way must not keep a database that is well again from being noticed. */
const PROBE_MS = 3_000;

async function ping(connection: Connection): Promise<void> {
  await connection.db.execute(sql`select 1`);
}

const closed = (): StoreError =>
  new StoreError(failure('storage', 'The store has been closed.'), 'connection');
