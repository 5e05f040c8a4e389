import { describe, expect, it } from 'vitest';
import { parseDatabaseUrl } from '../../src/shared/database-url.ts';

const plain = {
  host: 'db.example.com',
  port: 5432,
  database: 'app',
  user: 'u',
  password: 'p',
  tls: 'prefer',
  pooled: false,
  applicationName: 'troupe',
  serverOptions: '',
  ignored: [],
};

const understood: readonly [string, string, object][] = [
  ['plain', 'postgres://u:p@db.example.com/app', {}],
  ['the long scheme', 'postgresql://u:p@db.example.com:5432/app', {}],
  ['surrounding blanks', '  postgres://u:p@db.example.com/app\n', {}],
  ['asyncpg', 'postgresql+asyncpg://u:p@db.example.com/app', {}],
  ['asyncpg, short', 'postgres+asyncpg://u:p@db.example.com/app', {}],
  ['psycopg', 'postgresql+psycopg://u:p@db.example.com/app', {}],
  ['psycopg2', 'postgresql+psycopg2://u:p@db.example.com/app', {}],
  ['no TLS', 'postgres://u:p@db.example.com/app?sslmode=disable', { tls: 'disable' }],
  ['TLS if need be', 'postgres://u:p@db.example.com/app?sslmode=allow', { tls: 'prefer' }],
  ['TLS if possible', 'postgres://u:p@db.example.com/app?sslmode=prefer', { tls: 'prefer' }],
  ['TLS', 'postgres://u:p@db.example.com/app?sslmode=require', { tls: 'require' }],
  [
    'TLS to a known authority',
    'postgres://u:p@db.example.com/app?sslmode=verify-ca',
    { tls: 'verify-ca' },
  ],
  [
    'TLS to a known host',
    'postgres://u:p@db.example.com/app?sslmode=verify-full',
    { tls: 'verify-full' },
  ],
  [
    'asyncpg’s word for sslmode',
    'postgresql+asyncpg://u:p@db.example.com/app?ssl=require',
    { tls: 'require' },
  ],
  ['ssl=true', 'postgres://u:p@db.example.com/app?ssl=true', { tls: 'require' }],
  ['ssl=false', 'postgres://u:p@db.example.com/app?ssl=false', { tls: 'disable' }],
  ['this machine', 'postgres://u:p@localhost/app', { host: 'localhost', tls: 'disable' }],
  [
    'this machine by address',
    'postgres://u:p@127.0.0.1:5433/app',
    { host: '127.0.0.1', port: 5433, tls: 'disable' },
  ],
  ['IPv6', 'postgres://u:p@[::1]:5433/app', { host: '::1', port: 5433, tls: 'disable' }],
  ['no host', 'postgres://u:p@/app', { host: 'localhost', tls: 'disable' }],
  ['no password', 'postgres://u@db.example.com/app', { password: '' }],
  [
    'escaped characters',
    'postgres://u%40x:p%40%2F%23%3F%3A%25@db.example.com/a%20b',
    { user: 'u@x', password: 'p@/#?:%', database: 'a b' },
  ],
  ['a lone % in the password', 'postgres://u:100%@db.example.com/app', { password: '100%' }],
  ['a colon in the password', 'postgres://u:a:b@db.example.com/app', { password: 'a:b' }],
  [
    'Prisma',
    'postgresql://u:p@db.example.com/app?schema=public&connection_limit=5&pgbouncer=true',
    { pooled: true, ignored: ['schema', 'connection_limit'] },
  ],
  [
    'Neon',
    'postgresql://u:p@ep-x-pooler.eu.example.com/app?sslmode=require&channel_binding=require',
    {
      host: 'ep-x-pooler.eu.example.com',
      tls: 'require',
      pooled: true,
      ignored: ['channel_binding'],
    },
  ],
  ['Supabase’s pooler', 'postgres://u:p@db.example.com:6543/app', { port: 6543, pooled: true }],
  ['pgbouncer’s own port', 'postgres://u:p@db.example.com:6432/app', { port: 6432, pooled: true }],
  [
    'server settings',
    'postgres://u:p@db.example.com/app?options=-c%20search_path%3Dx',
    { serverOptions: '-c search_path=x' },
  ],
  [
    'a name for the server’s lists',
    'postgres://u:p@db.example.com/app?application_name=mine',
    { applicationName: 'mine' },
  ],
  [
    'a unix socket',
    'postgres://u@/app?host=/var/run/postgresql',
    { host: '/var/run/postgresql', password: '', tls: 'disable' },
  ],
  [
    'a unix socket, escaped',
    'postgres://u@%2Fvar%2Frun%2Fpostgresql/app',
    { host: '/var/run/postgresql', password: '', tls: 'disable' },
  ],
  [
    'everything in the query',
    'postgres:///?host=db.example.com&port=5432&user=u&password=p&dbname=app',
    {},
  ],
];

const refused: readonly [string, string, RegExp][] = [
  ['nothing', '', /must look like postgres:/],
  ['no scheme', 'db.example.com/app', /must look like postgres:/],
  [
    'another database',
    'mysql://u:p@db.example.com/app',
    /must start with postgres:\/\/.*got mysql:/,
  ],
  ['an unknown driver', 'postgres+odbc://u:p@db.example.com/app', /must start with postgres:/],
  ['Java', 'jdbc:postgresql://db.example.com/app?user=u&password=p', /written for Java/],
  ['an unescaped @', 'postgres://u:top@secret@db.example.com/app', /more than one "@".*@ as %40/],
  [
    'an unescaped /',
    'postgres://u:top/secret@db.example.com/app',
    /"\/" or "\?" before the "@".*\/ as %2F/,
  ],
  [
    'an unescaped ?',
    'postgres://u:top?secret@db.example.com/app',
    /"\/" or "\?" before the "@".*\? as %3F/,
  ],
  ['an unescaped #', 'postgres://u:top#secret@db.example.com/app', /unescaped "#".*# as %23/],
  ['no database', 'postgres://u:secret@db.example.com', /names no database: add \/name/],
  ['no database after the slash', 'postgres://u:secret@db.example.com/', /names no database/],
  ['no user', 'postgres://db.example.com/app', /names no user/],
  [
    'a port that is none',
    'postgres://u:secret@db.example.com:99999/app',
    /port that is not 1 to 65535/,
  ],
  [
    'a port that is a word',
    'postgres://u:secret@db.example.com:five/app',
    /port that is not 1 to 65535/,
  ],
  ['several hosts', 'postgres://u:secret@a,b/app', /several hosts/],
  [
    'an unknown sslmode',
    'postgres://u:secret@db.example.com/app?sslmode=maybe',
    /unknown sslmode: use disable, allow/,
  ],
  ['a blank inside', 'postgres://u:sec ret@db.example.com/app', /must look like/],
];

describe('a database URL', () => {
  it.each(understood)('is understood: %s', (_, url, differences) => {
    expect(parseDatabaseUrl(url)).toEqual({ ok: true, target: { ...plain, ...differences } });
  });

  it.each(refused)('is refused with a way out: %s', (_, url, problem) => {
    const parsed = parseDatabaseUrl(url);

    expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(problem) });
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });
});
