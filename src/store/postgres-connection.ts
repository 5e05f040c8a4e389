import type net from 'node:net';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Clock } from '../shared/clock.ts';
import type { PostgresTarget } from '../shared/database-url.ts';
import type { Columns, Connection, Connector, Db, Value } from './connection.ts';
import { connected, newSocket } from './postgres-socket.ts';
import { codeOf, lostConnection, StoreError, unreachable, withoutWrapping } from './store-error.ts';

export interface PostgresOptions {
  readonly target: PostgresTarget;
  readonly clock: Clock;
  /** Connections at once. */
  readonly max: number;
  /** How long making the first connection may take, and at most how long a statement may. */
  readonly deadlineMs: number;
  /** Brings the database up to date; called for the first connection only, unless it failed. */
  readonly prepare: (db: Db) => Promise<void>;
  /** Called for each connection once the database is up to date, except behind a pooler: there, none is ours for long. */
  readonly enter: (db: Db) => Promise<void>;
}

/** Another process may be making the tables meanwhile. */
const PREPARE_WITHIN_MS = 60_000;
const CLOSE_WITHIN_MS = 1_000;
/** Statements are small, and the server is known to be there: what takes longer is lost on the way. */
const ANSWER_WITHIN_MS = 4_000;
const RECONNECT_WITHIN_MS = 3_000;

/**
 * Connections to a PostgreSQL server. Each is a postgres.js client of one connection on a socket of our own, which is
 * never replaced: so a broken one is known as such, can be destroyed, and cannot spin or hang in reconnects
 * (porsager/postgres#1193, #1089).
 */
export function postgresConnector(options: PostgresOptions): Connector {
  const { deadlineMs } = options;
  const answerWithinMs = Math.min(deadlineMs, ANSWER_WITHIN_MS);
  let prepared: Promise<void> | undefined;
  let isKnown = false;

  return {
    kind: 'postgres',
    max: options.max,
    answerWithinMs,
    async open() {
      const connectWithinMs = isKnown ? Math.min(deadlineMs, RECONNECT_WITHIN_MS) : deadlineMs;
      const connection = await connect({ ...options, answerWithinMs, connectWithinMs });
      const { prepare, enter, target, clock } = options;
      try {
        prepared ??= prepare(connection.db);
        await withinTime(prepared, { clock, ms: PREPARE_WITHIN_MS });
        if (!target.pooled) await withinTime(enter(connection.db), { clock, ms: answerWithinMs });
        isKnown = true;
        return connection;
      } catch (error) {
        // Whoever comes next makes the tables, if that is what has failed.
        if (!isKnown) prepared = undefined;
        connection.destroy();
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}

/** `host:port/database`: how a server is called in messages. */
export const addressOf = ({ host, port, database }: PostgresTarget): string =>
  `PostgreSQL at ${host.startsWith('/') ? host : `${host}:${port}`}/${database}`;

interface Connecting extends PostgresOptions {
  readonly connectWithinMs: number;
  readonly answerWithinMs: number;
}

async function connect(options: Connecting): Promise<Connection> {
  const { target, clock, connectWithinMs } = options;
  const socket = newSocket(target);
  const timer = clock.setTimeout(
    () => socket.destroy(new Error(`no answer within ${connectWithinMs / 1000} s`)),
    connectWithinMs,
  );
  try {
    await connected(socket);
    return await logIn(socket, options);
  } catch (thrown) {
    socket.destroy();
    throw explained(socket.errored ?? withoutWrapping(thrown), target);
  } finally {
    clock.clearTimeout(timer);
  }
}

/** Work on a connection that may go dead, which its client does not always notice. */
async function withinTime(
  work: Promise<void>,
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.setTimeout(
    () => reject(lostConnection(`no answer within ${ms / 1000} s`)),
    ms,
  );
  try {
    await Promise.race([work, late]);
  } finally {
    clock.clearTimeout(timer);
  }
}

async function logIn(socket: net.Socket, options: Connecting): Promise<Connection> {
  let lost = false;
  const { promise: breakdown, reject } = Promise.withResolvers<never>();
  let lose: (error: Error) => void = reject;
  const onBroken = (): void => {
    lost = true;
    lose(lostConnection('the server closed it'));
  };
  // Until the client listens, which is not at once, we do.
  socket.once('close', onBroken);
  const client = postgres(clientOptions(socket, options, onBroken));
  const connection: Connection = {
    db: drizzle(client),
    query: (text, values) => send(client, text, values),
    isLost: () => lost,
    onLost: undefined,
    destroy() {
      lost = true;
      socket.destroy();
    },
    async close() {
      lost = true;
      const timer = options.clock.setTimeout(() => socket.destroy(), CLOSE_WITHIN_MS);
      await client.end({ timeout: CLOSE_WITHIN_MS / 1000 });
      options.clock.clearTimeout(timer);
      socket.destroy();
    },
  };
  if (socket.destroyed) onBroken();
  await Promise.race([client.unsafe('select 1'), breakdown]);
  lose = (error) => connection.onLost?.(error);
  return connection;
}

const send = (client: postgres.Sql, text: string, values: readonly Value[]) =>
  new Promise<readonly Columns[]>((resolve, reject) => {
    // Not returned or awaited: a promise of a class of its own, as this one is, is then wrapped and waited for twice.
    client
      .unsafe(text, [...values], PREPARED)
      .values()
      .then(resolve, reject);
  });

const PREPARED = { prepare: true };

/** `onBroken` may be called several times. */
function clientOptions(
  socket: net.Socket,
  { target, answerWithinMs }: Connecting,
  onBroken: () => void,
) {
  let given = false;
  return {
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    password: target.password,
    ssl: TLS[target.tls],
    max: 1,
    prepare: !target.pooled,
    fetch_types: false,
    types: { boolean: BOOLEAN },
    // This client does not decide when its connection ends: the pool does.
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 0,
    onnotice: () => {},
    onclose: onBroken,
    connection: {
      application_name: target.applicationName,
      ...(target.serverOptions === '' ? {} : { options: target.serverOptions }),
      // A pooler refuses settings it does not know.
      ...(target.pooled ? {} : { statement_timeout: answerWithinMs, lock_timeout: answerWithinMs }),
    },
    /** Asked a second time, the client wants to reconnect: that is a new connection, and the pool's to make. */
    socket: () => {
      if (given) {
        onBroken();
        throw lostConnection('it broke');
      }
      given = true;
      return socket;
    },
  };
}

/**
 * The client writes each value over with what it has made of it, and makes that anew where it sends the statement a second
 * time, because its plan no longer fits: its own boolean then makes `f` of `t`. Of texts and numbers nothing else comes.
 */
const BOOLEAN = {
  to: 16,
  from: [16],
  serialize: (value: unknown) => (value === true || value === 't' ? 't' : 'f'),
  parse: (text: string) => text === 't',
};

const TLS = {
  disable: false,
  prefer: 'prefer',
  require: 'require',
  'verify-ca': { rejectUnauthorized: true, checkServerIdentity: () => undefined },
  'verify-full': 'verify-full',
} as const;

function explained(error: Error, target: PostgresTarget): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error) ?? '';
  const remedy = REMEDIES[code] ?? `${error.message || code}.`;
  return unreachable(`${addressOf(target)} cannot be used: ${remedy}`, error);
}

const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Start the server or correct the address.',
  ENOENT: 'there is no such socket. Start the server or correct the folder.',
  ENOTFOUND: 'the host name is unknown. Correct the address.',
  EAI_AGAIN: 'the host name could not be looked up. Check the network.',
  '28P01': 'the password is wrong.',
  '28000': 'the server does not let this user in. Check pg_hba.conf, or sslmode.',
  '3D000': 'there is no such database. Create it (createdb) or correct the name.',
  '53300': 'the server has no connection left. Raise max_connections or start fewer processes.',
  '57P03': 'the server is starting up or shutting down.',
};
