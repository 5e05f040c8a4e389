import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { simulatedClock } from '../../src/testing/clock.ts';
import { freePort } from '../support/ports.ts';
import { anAnswer, aQuestion, aRecord, aRun, untilDone } from '../support/store-builders.ts';
import { aDatabase, aServer, NOTHING, open, query, read, wiredTo } from './postgres-kit.ts';

describe('opening a store on PostgreSQL', { timeout: 60_000 }, () => {
  it('makes the tables once when eight processes start at the same moment on an empty database', async () => {
    const { url } = await aDatabase('empty');

    const stores = await Promise.all(Array.from({ length: 8 }, () => open(url)));

    const applied = await query(url, 'select * from drizzle.__drizzle_migrations');
    const migrations = (await readdir('drizzle')).filter((name) => name.endsWith('.sql'));
    expect(applied).toHaveLength(migrations.length);
    expect(await Promise.all(stores.map(read))).toEqual(Array(8).fill(NOTHING));
  });

  it('finishes what a start that died half-way left behind', async () => {
    const { url } = await aDatabase('empty');
    await query(url, 'create schema drizzle');

    expect(await read(await open(url))).toEqual(NOTHING);
  });

  it('outranks the processes that opened it before, for runs it takes over', async () => {
    const { url } = await aDatabase();
    const [first, second] = [await open(url), await open(url)];
    const question = aQuestion();
    await first.runs.begin(aRun(question, 40), question, untilDone);

    const taken = await second.runs.begin(aRun(question, 1), question, untilDone);
    const late = await first.runs.end(
      aRecord(question, anAnswer('late'), { epoch: 41 }),
      untilDone,
    );
    const saved = await second.runs.end(aRecord(question, anAnswer('84')), untilDone);

    expect([taken.kind, late.kind, saved.kind]).toEqual(['begun', 'failed', 'saved']);
  });

  it('reaches the server through its unix socket', async () => {
    const server = await aServer();
    const url = new URL(server.url('postgres'));
    const { username, password } = url;

    const store = await open(
      `postgres://${username}:${password}@/postgres?host=${server.socketFolder}&port=${server.port}`,
    );

    expect(await read(store)).toEqual(NOTHING);
  });

  it('says what to do when nothing listens, without the password', async () => {
    const port = await freePort();

    const opening = open(`postgres://u:hunter2@127.0.0.1:${port}/app`);

    await expect(opening).rejects.toMatchObject({
      message: `PostgreSQL at 127.0.0.1:${port}/app cannot be used: nothing listens there. Start the server or correct the address.`,
      failure: { kind: 'storage', transient: true },
    });
  });

  it.each([
    [
      'the password is wrong',
      (url: URL) => Object.assign(url, { password: 'hunter2' }),
      /password is wrong/,
    ],
    [
      'the database does not exist',
      (url: URL) => Object.assign(url, { pathname: '/nowhere' }),
      /no such database.*createdb/,
    ],
    [
      'the server has no TLS',
      (url: URL) => Object.assign(url, { search: '?sslmode=require' }),
      /cannot be used/,
    ],
  ])('says so when %s', async (_, change, message) => {
    const { url } = await aDatabase();

    await expect(open(change(new URL(url)).href)).rejects.toThrow(message);
  });

  it('explains a URL it cannot read', async () => {
    await expect(open('jdbc:postgresql://localhost/app')).rejects.toThrow(
      /The database URL is written for Java/,
    );
  });

  it('gives up on a server that accepts the connection and then says nothing', async () => {
    const { url } = await aDatabase();
    const { wire, url: wired } = await wiredTo(url);
    wire.swallow('everything');

    const clock = simulatedClock();

    const opening = expect(open(wired, { clock })).rejects.toThrow(/no answer within 8 s/);
    await clock.advance(8_000);

    await opening;
  });
});
