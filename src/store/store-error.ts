import { DrizzleQueryError } from 'drizzle-orm';
import { type Failure, failure } from '../../machines/failure.ts';
import { LOST } from './connection.ts';

/** Why the store could not do what it was asked. `failure` is what may be shown and logged; it holds no user text. */
export class StoreError extends Error {
  readonly failure: Failure;
  /** `connection`: the database cannot be used at present. `call`: only this call failed. */
  readonly concerns: 'connection' | 'call';

  constructor(what: Failure, concerns: 'connection' | 'call', cause?: unknown) {
    super(what.message, { cause });
    this.name = 'StoreError';
    this.failure = what;
    this.concerns = concerns;
  }
}

/** Two processes on one data folder would silently lose rows, so the second is refused. */
export class DataFolderInUse extends StoreError {
  readonly folder: string;

  constructor(folder: string, remedy: string) {
    const message = `The data folder ${folder} is in use by another running process: ${remedy}`;
    super(failure('unavailable', message), 'connection');
    this.name = 'DataFolderInUse';
    this.folder = folder;
  }
}

/** The database cannot be used now; another attempt may succeed without a change of ours. */
export const unreachable = (message: string, cause?: unknown): StoreError =>
  new StoreError(failure('storage', message), 'connection', cause);

export const aborted = (): StoreError =>
  new StoreError(failure('aborted', 'The caller stopped waiting for the database.'), 'call');

/** What a connection says when it is gone for a reason that has no code of its own. */
export const lostConnection = (message: string): Error =>
  Object.assign(new Error(message), { code: LOST });

/** Turns what a driver threw while a statement ran into a `StoreError`; anything else is a bug, and given back as it is. */
export function translated(thrown: unknown, database: string): Error {
  if (thrown instanceof StoreError) return thrown;
  const error = withoutValues(withoutWrapping(thrown));
  const code = codeOf(error);
  if (code === undefined) return error;
  const known = REMEDIES[code];
  if (known !== undefined) {
    const what = failure('storage', `${database}: ${known.message}`);
    return new StoreError(what, known.concerns, error);
  }
  if (CONNECTION_CODES.test(code)) {
    const why = code === LOST ? error.message : code;
    return unreachable(`${database}: the connection failed (${why}).`, error);
  }
  if (!SQL_STATE.test(code)) return error;
  const message = `${database} refused a statement (${code}: ${error.message})`;
  return new StoreError(failure('storage', message), 'call', error);
}

/** True when the database cannot be used at present, as opposed to one call that failed and to a bug. */
export const concernsConnection = (error: Error): error is StoreError =>
  error instanceof StoreError && error.concerns === 'connection';

/** True when the server undid it for the sake of another transaction, and would have it run again. */
export const isConflict = (error: Error): boolean =>
  error instanceof StoreError &&
  error.cause instanceof Error &&
  CONFLICTS.has(codeOf(error.cause) ?? '');

/** Says the same where the server did not notice. */
export const conflict = (message: string): Error =>
  Object.assign(new Error(message), { code: SERIALIZATION_FAILURE });

export const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

/**
 * Drizzle's error quotes the statement with its values, which are user texts: only its cause may go further.
 */
export function withoutWrapping(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (!(thrown instanceof DrizzleQueryError)) return thrown;
  return thrown.cause ?? new Error('a statement failed for no stated reason');
}

/** Drivers hang the statement and its values on their errors. */
function withoutValues(error: Error): Error {
  const { message, stack } = error;
  return Object.assign(new Error(message), { stack, code: codeOf(error) });
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const CONFLICTS: ReadonlySet<string> = new Set([SERIALIZATION_FAILURE, DEADLOCK]);

/** Five characters, a digit among them: `EPIPE` and its kin have none. */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** Of the driver, of the system, and the SQLSTATEs that end a session whatever its statement was. */
const CONNECTION_CODES = /^(CONNECT|E(?!RR_)[A-Z]+$|ERR_(SOCKET|STREAM|SSL|TLS)|(08|57P|58)...?$)/;

const REMEDIES: Readonly<
  Record<
    string,
    { readonly message: string; readonly concerns: StoreError['concerns'] } | undefined
  >
> = {
  // Reading is still possible, so these say nothing about the connection.
  '53100': { concerns: 'call', message: 'the disk is full. Free some space there.' },
  '25006': { concerns: 'call', message: 'the server only reads. Connect to the primary instead.' },
  '42501': {
    concerns: 'call',
    message: 'the user lacks a right. Grant it CREATE on the schema and all rights on its tables.',
  },
  ENOSPC: { concerns: 'connection', message: 'the disk is full. Free some space there.' },
  '53200': { concerns: 'connection', message: 'the server is out of memory.' },
  '53300': {
    concerns: 'connection',
    message: 'the server has no connection left. Raise max_connections or start fewer processes.',
  },
};

/** For methods that never reject on what a database can do. A bug of ours is thrown on. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof StoreError) return thrown.failure;
  throw thrown;
}
