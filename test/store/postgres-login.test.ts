import { appendFile, chmod, chown, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresProcess, startPostgres } from '../support/postgres-process.ts';
import { LOCALHOST } from '../support/tls-certificate.ts';
import { NOTHING, open, query, read } from './postgres-kit.ts';

/** Letters that a URL, an MD5 sum and SCRAM all have to get right. */
const PASSWORD = 'pâté & żur 🙂';

describe('logging in to PostgreSQL', { timeout: 60_000 }, () => {
  let running: PostgresProcess | undefined;
  beforeAll(async () => {
    running = await startPostgres();
    await letIn(running);
    await offerTls(running);
  }, 60_000);
  afterAll(() => running?.stop());

  const urlOf = (user: string, parameters = ''): string => {
    if (running === undefined) throw new Error('the server has not started');
    const url = new URL(running.url('postgres') + parameters);
    return Object.assign(url, { username: user, password: PASSWORD }).href;
  };
  const isEncrypted = async (url: string): Promise<unknown> => {
    const mine = `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'troupe'`;
    const store = await open(url);
    expect(await read(store)).toEqual(NOTHING);
    const [row] = await query(running?.url('postgres') ?? '', mine);
    await store.close();
    return row?.['ssl'];
  };

  it.each(['plain', 'hashed', 'scram'])(
    'works for a user whose password is asked for: %s',
    async (user) => {
      expect(await read(await open(urlOf(user)))).toEqual(NOTHING);
    },
  );

  it.each([
    ['disable', false],
    ['prefer', true],
    ['require', true],
  ])('is encrypted where that is wanted and offered: sslmode=%s', async (mode, expected) => {
    expect(await isEncrypted(urlOf('scram', `?sslmode=${mode}`))).toBe(expected);
  });

  it.each(['verify-ca', 'verify-full'])(
    'is refused to a server whose certificate nobody vouches for: sslmode=%s',
    async (mode) => {
      const opening = open(urlOf('scram', `?sslmode=${mode}`));

      await expect(opening).rejects.toThrow(/cannot be used: self-signed certificate/);
    },
  );
});

/** A user for each way in which a server asks for a password. */
async function letIn(server: PostgresProcess): Promise<void> {
  const admin = server.url('postgres');
  for (const [user, encryption] of [
    ['plain', 'scram-sha-256'],
    ['hashed', 'md5'],
    ['scram', 'scram-sha-256'],
  ]) {
    await query(
      admin,
      `set password_encryption = '${encryption}'; create user ${user} superuser password '${PASSWORD}'`,
    );
  }
  const rules = path.join(server.socketFolder, 'data', 'pg_hba.conf');
  const before = await readFile(rules, 'utf8');
  await writeFile(rules, `host all plain all password\nhost all hashed all md5\n${before}`);
  await query(admin, 'select pg_reload_conf()');
}

async function offerTls(server: PostgresProcess): Promise<void> {
  const folder = path.join(server.socketFolder, 'data');
  const { uid, gid } = await stat(folder);
  for (const [name, text] of [
    ['server.key', LOCALHOST.key],
    ['server.crt', LOCALHOST.cert],
  ] as const) {
    const file = path.join(folder, name);
    await writeFile(file, text);
    await chmod(file, 0o600);
    await chown(file, uid, gid);
  }
  await appendFile(path.join(folder, 'postgresql.conf'), 'ssl = on\n');
  await query(server.url('postgres'), 'select pg_reload_conf()');
}
