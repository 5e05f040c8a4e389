import { readSql, runSql } from '../../test/support/postgres-admin.ts';
import type { PostgresProcess } from '../../test/support/postgres-process.ts';
import type { Random } from '../../test/support/random.ts';
import type { TcpProxy } from '../../test/support/tcp-proxy.ts';

/** A database, and all that stands between it and whoever uses it. */
export interface Place {
  readonly server: PostgresProcess;
  readonly wire: TcpProxy;
  /** Its URL without the wire, for whoever makes the trouble. */
  readonly url: string;
}

/** Something that happens to a database, and how it ends. */
export interface Mishap {
  readonly name: string;
  /** Set for what a house must not feel at all: gives back how often it came to pass. */
  readonly unfelt?: (place: Place) => Promise<number>;
  begin(place: Place, random: Random): Promise<void> | void;
  end(place: Place): Promise<void> | void;
}

const heal = ({ wire }: Place): void => wire.pass();

/** Each of them at every connection, new and old. */
export const MISHAPS: readonly Mishap[] = [
  {
    name: 'latency',
    begin: ({ wire }, random) => wire.trouble({ kind: 'latency', ms: 20 + random.upTo(200) }),
    end: heal,
  },
  { name: 'black hole', begin: ({ wire }) => wire.swallow('everything'), end: heal },
  { name: 'no answers', begin: ({ wire }) => wire.swallow('answers'), end: heal },
  { name: 'reset', begin: ({ wire }) => wire.cut('reset'), end: heal },
  { name: 'fin', begin: ({ wire }) => wire.cut('fin'), end: heal },
  {
    name: 'fin at the first query',
    begin: ({ wire }) => wire.trouble({ kind: 'end_at_query', how: 'fin' }),
    end: heal,
  },
  {
    name: 'reset at the first query',
    begin: ({ wire }) => wire.trouble({ kind: 'end_at_query', how: 'reset' }),
    end: heal,
  },
  {
    name: 'fin in an answer',
    begin: ({ wire }) => wire.trouble({ kind: 'end_in_answer', how: 'fin' }),
    end: heal,
  },
  { name: 'drip', begin: ({ wire }) => wire.trouble({ kind: 'drip' }), end: heal },
  { name: 'garbage', begin: ({ wire }) => wire.trouble({ kind: 'garbage' }), end: heal },
  {
    name: 'restart of the server',
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.start(),
  },
  {
    name: 'admin shutdown (57P01)',
    begin: ({ url }) => runSql(url, TERMINATE_ALL),
    end: () => {},
  },
  {
    name: 'disk full (53100)',
    begin: ({ url }) => runSql(url, refusing('53100', 'could not extend file', 1)),
    end: ({ url }) => runSql(url, REFUSE_NOTHING),
  },
  {
    name: 'serialisation failures (40001)',
    begin: ({ url }) => runSql(url, refusing('40001', 'could not serialize access', 0.5)),
    end: ({ url }) => runSql(url, REFUSE_NOTHING),
  },
  ...[
    { name: 'single serialisation failures (40001)', code: '40001' },
    { name: 'single deadlocks (40P01)', code: '40P01' },
  ].map(({ name, code }) => ({
    name,
    begin: ({ url }: Place) => runSql(url, conflicting(code)),
    end: ({ url }: Place) => runSql(url, REFUSE_NOTHING),
    unfelt: conflictsIn,
  })),
];

const TERMINATE_ALL = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

/** The tables that a house writes to while it answers. */
const WRITTEN = ['inbox', 'outbox', 'gateways', 'agent_runs', 'agent_sessions', 'run_steps'];

/** This share of all writes fails, as the server itself would have it fail. */
const refusing = (code: string, message: string, share: number): string => `
  create or replace function refuse() returns trigger language plpgsql as $$ begin
    if random() < ${share} then raise exception '${message}' using errcode = '${code}'; end if;
    return new;
  end $$;
  ${WRITTEN.map(
    (table) =>
      `create or replace trigger refusing before insert or update on ${table} for each row execute function refuse();`,
  ).join('\n')}`;

const REFUSE_NOTHING = 'drop function if exists refuse() cascade';

/** So many writes go well after one that is undone: whoever tries it again has no second conflict. */
const ONE_WRITE_IN = 20;

/** Now and then a write is undone for the sake of another, and would be done if it were tried again. */
const conflicting = (code: string): string => `
  drop sequence if exists writes;
  create sequence writes;
  create or replace function refuse() returns trigger language plpgsql as $$ begin
    if nextval('writes') % ${ONE_WRITE_IN} = 0 then raise exception 'in conflict' using errcode = '${code}'; end if;
    return null;
  end $$;
  ${WRITTEN.map(
    (table) =>
      `create or replace trigger refusing before insert or update on ${table} for each statement execute function refuse();`,
  ).join('\n')}`;

async function conflictsIn({ url }: Place): Promise<number> {
  const [row] = await readSql(url, 'select last_value from writes');
  return Math.floor(Number(row?.['last_value']) / ONE_WRITE_IN);
}
