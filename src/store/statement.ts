import { type Placeholder, sql } from 'drizzle-orm';
import type { UserId } from '../../machines/ids.ts';
import { type Buildable, type Compiled, compile, type Values } from './compiled.ts';
import type { Connection, Db } from './connection.ts';
import { conflict } from './store-error.ts';

/** A query of ours: its SQL is built when it is first used, and planned once by each session of the server. */
export interface Statement<Row> {
  readonly name: string;
  readonly compiled: () => Compiled<Row>;
}

export function statement<Row>(name: string, build: (db: Db) => Buildable<Row>): Statement<Row> {
  let compiled: Compiled<Row> | undefined;
  return {
    name,
    compiled() {
      compiled ??= compile(name, build);
      return compiled;
    },
  };
}

/** A value filled in at each call. */
export const given = (name: string): Placeholder => sql.placeholder(name);

/** A moment filled in at each call, in milliseconds since 1970. */
export const givenMoment = (name: string) =>
  sql`to_timestamp(${sql.placeholder(name)}::float8 / 1000)`;

/** A single row to join to, so that a statement answers even where it found nothing. */
export const one = sql`(values (1)) as one(n)`;
export const always = sql`true`;

/** Any word may match, so that a whole sentence can be a query; `plainto_tsquery` would ask for all of them. */
export const anyWord = sql`replace(plainto_tsquery('english', ${given('query')})::text, ''' & ''', ''' | ''')::tsquery`;

export async function execute<Row>(
  connection: Connection,
  what: Statement<Row>,
  values: Values,
): Promise<readonly Row[]> {
  const { text, valuesFrom, rowOf } = what.compiled();
  const rows = await connection.query(text, valuesFrom(values));
  return rows.map(rowOf);
}

/**
 * The same on behalf of one user, in a transaction of its own: row-level security shows it that user's rows alone. What
 * makes the transaction is sent along without waiting, so all of it is one round trip.
 */
export async function executeAs<Row>(
  connection: Connection,
  userId: UserId,
  { what, values }: { readonly what: Statement<Row>; readonly values: Values },
): Promise<readonly Row[]> {
  const { text, valuesFrom, rowOf } = what.compiled();
  const sent = valuesFrom(values);
  let isOver = false;
  let wasOver = false;
  const [begun, entered, rows, committed] = await Promise.allSettled([
    connection.query('begin', []),
    connection.query(AS_USER, [userId]),
    connection.query(text, sent).finally(() => {
      wasOver = isOver;
    }),
    // After an error it rolls back.
    connection.query('commit', []).finally(() => {
      isOver = true;
    }),
  ]);
  // postgres.js sends a statement again whose plan no longer fits the tables: behind the end of its transaction.
  if (wasOver) throw conflict(`${what.name} ran outside its transaction`);
  // What failed first is the cause: the rest is refused because of that.
  if (begun.status === 'rejected') throw begun.reason;
  if (entered.status === 'rejected') throw entered.reason;
  if (rows.status === 'rejected') throw rows.reason;
  if (committed.status === 'rejected') throw committed.reason;
  return rows.value.map(rowOf);
}

const AS_USER = `select set_config('app.user_id', $1, true), (
  select set_config('role', rolname, true) from pg_roles
  where rolname = 'troupe_user' and pg_has_role(rolname, 'usage'))`;
