/** How to reach a PostgreSQL server: what a database URL comes to, whichever driver it was written for. */
export interface PostgresTarget {
  /** Host name or address, or the folder of a unix socket (then it starts with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `prefer` uses TLS where the server offers it; the `verify-…` modes check its certificate. */
  readonly tls: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** True behind a transaction pooler: prepared statements and session settings do not survive there. */
  readonly pooled: boolean;
  readonly applicationName: string;
  /** Settings for the session, as libpq's `options` writes them (`-c search_path=app`); empty for none. */
  readonly serverOptions: string;
  /** Query keys that mean nothing here and were left out. */
  readonly ignored: readonly string[];
}

export type DatabaseUrl =
  | { readonly ok: true; readonly target: PostgresTarget }
  /** `problem` says what is wrong and how to write it; it never quotes the password. */
  | { readonly ok: false; readonly problem: string };

/** Reads a database URL written for any common driver. Never throws. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const parts = URL_SHAPE.exec(text.trim());
  if (parts?.groups === undefined) return wrong(`must look like ${EXAMPLE}`);
  const { scheme = '', rest = '' } = parts.groups;
  const problem = problemOf(scheme.toLowerCase(), rest);
  if (problem !== undefined) return wrong(problem);
  const { authority, path, query } = split(rest);
  const read = readParts({ authority, path, query: new URLSearchParams(query) });
  return typeof read === 'string' ? wrong(read) : { ok: true, target: read };
}

const EXAMPLE = 'postgres://user:password@host:5432/database';
const URL_SHAPE = /^(?<scheme>[A-Za-z][A-Za-z0-9+.:-]*?):\/\/(?<rest>\S*)$/;
const SCHEME = /^postgres(ql)?(\+(asyncpg|psycopg|psycopg2|psycopg_async|pg8000|psycopg2cffi))?$/;
const AUTHORITY =
  /^(?:(?<user>[^:]*)(?::(?<password>.*))?@)?(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>.*))?$/;
const UNDERSTOOD = new Set([
  'sslmode',
  'ssl',
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'application_name',
  'options',
  'pgbouncer',
]);
const POOLER_PORTS = new Set([6432, 6543]);

const wrong = (problem: string): DatabaseUrl => ({ ok: false, problem });

const ENCODE =
  'characters with a meaning in URLs must be percent-encoded in the password: @ as %40, / as %2F, # as %23, ? as %3F, : as %3A, % as %25';

function problemOf(scheme: string, rest: string): string | undefined {
  if (scheme.startsWith('jdbc:')) {
    return `is written for Java (jdbc:). Write it as ${EXAMPLE}, with user and password in front of the host`;
  }
  if (!SCHEME.test(scheme)) return `must start with postgres:// or postgresql://, got ${scheme}://`;
  const { authority, path, query } = split(rest);
  if (rest.includes('#')) return `contains an unescaped "#"; ${ENCODE}`;
  if (authority.split('@').length > 2) return `contains more than one "@"; ${ENCODE}`;
  const isCutShort = !authority.includes('@') && (path.includes('@') || query.includes('@'));
  if (isCutShort) return `has a "/" or "?" before the "@"; ${ENCODE}`;
  return undefined;
}

function split(rest: string) {
  const [beforeQuery = '', ...query] = rest.split('?');
  const [authority = '', ...path] = beforeQuery.split('/');
  return { authority, path: path.join('/'), query: query.join('?') };
}

interface Parts {
  readonly authority: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The target, or the problem. */
function readParts({ authority, path, query }: Parts): PostgresTarget | string {
  const written = AUTHORITY.exec(authority)?.groups;
  if (written === undefined) return `must look like ${EXAMPLE}`;
  const either = (part: string | undefined, key: string): string =>
    decoded(part ?? '') || query.get(key) || '';
  const host = either(written['host'], 'host').replace(/^\[(.*)\]$/, '$1') || 'localhost';
  const port = Number(either(written['port'], 'port') || 5432);
  const target = {
    host,
    port,
    user: either(written['user'], 'user'),
    password: either(written['password'], 'password'),
    database: either(path, 'dbname'),
    pooled: isPooled({ host, port, query }),
    applicationName: query.get('application_name') ?? 'troupe',
    serverOptions: query.get('options') ?? '',
    ignored: [...new Set(query.keys())].filter((key) => !UNDERSTOOD.has(key)),
  };
  const tls = tlsOf(query, host);
  if (tls === undefined) return `has an unknown sslmode: use ${Object.keys(TLS_MODES).join(', ')}`;
  return missing(target) ?? { ...target, tls };
}

function missing({ host, port, user, database }: Omit<PostgresTarget, 'tls'>): string | undefined {
  if (host.includes(',')) return 'names several hosts; name the one to connect to';
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return 'has a port that is not 1 to 65535';
  if (user === '') return `names no user: write it like ${EXAMPLE}`;
  if (database === '') return 'names no database: add /name after the host';
  return undefined;
}

const isPooled = (at: { host: string; port: number; query: URLSearchParams }): boolean =>
  POOLER_PORTS.has(at.port) || at.host.includes('-pooler.') || at.query.get('pgbouncer') === 'true';

const TLS_MODES: Readonly<Record<string, PostgresTarget['tls']>> = {
  disable: 'disable',
  // Plain first, TLS if need be: `prefer` reaches the same servers.
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
};

function tlsOf(query: URLSearchParams, host: string): PostgresTarget['tls'] | undefined {
  const mode = (query.get('sslmode') ?? query.get('ssl') ?? '').toLowerCase();
  if (host.startsWith('/')) return 'disable';
  if (mode === '') return isLoopback(host) ? 'disable' : 'prefer';
  if (mode === 'true' || mode === '1') return 'require';
  if (mode === 'false' || mode === '0') return 'disable';
  return TLS_MODES[mode];
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Percent-decoding; a lone `%`, which cannot be decoded, stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
