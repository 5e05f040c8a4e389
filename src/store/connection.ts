import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle over either driver: the same SQL on both. */
export type Db = PgDatabase<PgQueryResultHKT>;

/** The code of errors that mean: this connection is gone. */
export const LOST = 'CONNECTION_LOST';

/** What a statement is given, as it stands in for a `$n`. */
export type Value = string | number | boolean | null;

/** A row, in the order in which the statement names its columns. */
export type Columns = readonly unknown[];

/** One session with a database, used by one call at a time. */
export interface Connection {
  readonly db: Db;
  /** Sends one statement of ours. The session plans each text once and keeps the plan, so a text has no values in it. */
  query(text: string, values: readonly Value[]): Promise<readonly Columns[]>;
  /** True once it is of no use any more, whoever ended it. */
  isLost(): boolean;
  /** Who is told, at most once, when the connection breaks by itself. One listener: the call that uses it. */
  onLost: ((error: Error) => void) | undefined;
  /** Ends it now, whatever it is doing. What was under way never settles or rejects; either is harmless. */
  destroy(): void;
  /** Ends it in good order; gives up and destroys it after a second or two. Never rejects. */
  close(): Promise<void>;
}

/** Makes connections to one database. */
export interface Connector {
  readonly kind: 'postgres' | 'embedded' | 'memory';
  /** How many may be open at once. */
  readonly max: number;
  /** A connection that owes an answer for so long, in milliseconds, is given up. Left out: when its call is. */
  readonly answerWithinMs?: number;
  /** Gives up by itself after a while. Rejects with `StoreError` saying what to do about it. */
  open(): Promise<Connection>;
  /** Gives back what the connector itself holds, once every connection is closed. */
  close(): Promise<void>;
}
