import { type Placeholder, sql } from 'drizzle-orm';
import type { UserId } from '../../machines/ids.ts';
import { cleanText } from './clean-text.ts';
import type { Connection, Db } from './connection.ts';

/** What a statement's placeholders are filled with. Texts are cleaned on their way. */
export type Values = Readonly<Record<string, string | number | boolean | null>>;

/** A query of ours: its SQL is built once per connection and planned once by the server. */
export interface Statement<Row> {
  readonly name: string;
  readonly build: (db: Db) => Buildable<Row>;
}

interface Buildable<Row> {
  prepare(name: string): Prepared<Row>;
}

interface Prepared<Row> {
  execute(values?: Record<string, unknown>): Promise<Row[]>;
}

export const statement = <Row>(
  name: string,
  build: (db: Db) => Buildable<Row>,
): Statement<Row> => ({ name, build });

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

/**
 * The same on behalf of one user, in a transaction of its own: row-level security shows it that user's rows alone. What
 * makes the transaction is sent along without waiting, so all of it is one round trip.
 */
export async function executeAs<Row>(
  connection: Connection,
  userId: UserId,
  { what, values }: { readonly what: Statement<Row>; readonly values: Values },
): Promise<Row[]> {
  const { db } = connection;
  const [, , rows, committed] = await Promise.allSettled([
    db.execute(sql`begin`),
    db.execute(sql`select set_config('app.user_id', ${userId}, true), (
      select set_config('role', rolname, true) from pg_roles
      where rolname = 'troupe_user' and pg_has_role(rolname, 'usage'))`),
    execute(connection, what, values),
    // After an error it rolls back.
    db.execute(sql`commit`),
  ]);
  if (rows.status === 'rejected') throw rows.reason;
  if (committed.status === 'rejected') throw committed.reason;
  return rows.value;
}

const prepared = new WeakMap<Connection, Map<Statement<unknown>, Prepared<unknown>>>();

export async function execute<Row>(
  connection: Connection,
  what: Statement<Row>,
  values: Values,
): Promise<Row[]> {
  return await preparedOn(connection, what).execute(clean(values));
}

function preparedOn<Row>(connection: Connection, what: Statement<Row>): Prepared<Row> {
  let known = prepared.get(connection);
  if (known === undefined) {
    known = new Map();
    prepared.set(connection, known);
  }
  let found = known.get(what);
  if (found === undefined) {
    found = what.build(connection.db).prepare(what.name);
    known.set(what, found);
  }
  // The map's key says what its value gives; the compiler cannot tie one entry's types together.
  return found as Prepared<Row>;
}

function clean(values: Values): Record<string, unknown> {
  const cleaned: Record<string, unknown> = {};
  for (const key in values) {
    const value = values[key];
    cleaned[key] = typeof value === 'string' ? cleanText(value) : value;
  }
  return cleaned;
}
