import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockFolder } from '../../src/store/folder-lock.ts';
import { aDatabase } from '../store/postgres-kit.ts';
import { freePort } from '../support/ports.ts';
import { aFolder, launch, start } from '../support/program.ts';

const FULL_DISK = new URL('../support/full-disk.mjs', import.meta.url).href;

const onPostgres = async () => ({
  DATA_DIR: await aFolder(),
  DATABASE_URL: (await aDatabase()).url,
});

/** Starts the program and waits for its end, which comes by itself. */
const refused = (env: Readonly<Record<string, string>>) => launch({ env }).ended;

describe('The program cannot start, says why in words, and changes nothing', {
  timeout: 60_000,
}, () => {
  it('when its port is taken, naming it and the way out', async () => {
    const first = await start({ env: await onPostgres() });

    const second = await refused({ ...(await onPostgres()), WEB_PORT: String(first.port) });

    expect(second).toMatchObject({ code: 1, signal: null, out: '' });
    expect(second.errors).toBe(
      `Troupe: WEB_PORT ${first.port} is taken by another program: choose another WEB_PORT, or 0 for any free one.\n`,
    );
    expect((await fetch(`http://127.0.0.1:${first.port}/`)).status).toBe(200);
  });

  it('when its data folder is in use', async () => {
    const dataDir = join(await aFolder(), 'data');
    const lock = await lockFolder(dataDir);
    onTestFinished(lock.release);

    const second = await refused({ DATA_DIR: dataDir });

    expect(second).toMatchObject({ code: 1, signal: null, out: '' });
    expect(second.errors).toBe(
      `Troupe: The data folder ${dataDir} is in use by another running process: ` +
        'stop that process, or give this one a folder of its own.\n',
    );
  });

  it('when the environment is wrong, with every problem at once', async () => {
    const ended = await refused({
      DATA_DIR: await aFolder(),
      MAX_AGENTS: 'ten',
      WEB_PORT: '-1',
      MODEL_TEMPERATURE: '3',
      LOG_LEVEL: 'loud',
      GROQ_BASE_URL: 'ftp://example.org',
      DISCORD_TIMEZONE: 'Mars/Olympus',
    });

    expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
    const lines = ended.errors.trimEnd().split('\n');
    expect(lines[0]).toBe('Troupe cannot start:');
    expect(lines.slice(1).map((line) => line.split(' ')[3])).toEqual(
      expect.arrayContaining([
        'WEB_PORT',
        'GROQ_BASE_URL',
        'MODEL_TEMPERATURE',
        'MAX_AGENTS',
        'DISCORD_TIMEZONE',
        'LOG_LEVEL',
      ]),
    );
    expect(ended.errors).toContain('MAX_AGENTS must be a whole number from 1');
    expect(ended.errors).toContain('got "ten"');
  });

  it.each([
    ['is a file', (file: string) => file],
    ['would lie in a file', (file: string) => join(file, 'data')],
  ])('when its data folder %s', async (_, place) => {
    const file = join(await aFolder(), 'file');
    await writeFile(file, 'precious');

    const ended = await refused({ DATA_DIR: place(file) });

    expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
    expect(ended.errors).toContain(file);
    expect(ended.errors.match(/set DATA_DIR to/gi)).toHaveLength(1);
    expect(ended.errors).not.toContain('    at ');
  });

  it.runIf(process.platform === 'linux')(
    'when its data folder cannot be made where it would lie',
    async () => {
      // As on a disk that is read-only, Node alone would only say that something is not there.
      const ended = await refused({ DATA_DIR: '/proc/troupe/data' });

      expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
      expect(ended.errors).toMatch(
        /^Troupe: The data folder \/proc\/troupe\/data cannot be used \(/,
      );
      expect(ended.errors).toContain("mkdir '/proc/troupe'");
      expect(ended.errors.match(/set DATA_DIR to/gi)).toHaveLength(1);
    },
  );

  it('when the disk is full at its first start, once, and the next start makes the database anew', async () => {
    const flag = join(await aFolder(), 'full');
    await writeFile(flag, '');
    const env = { DATA_DIR: await aFolder(), FULL_DISK_WHILE: flag };

    const ended = await launch({ env, preload: FULL_DISK }).ended;

    expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
    expect(ended.errors).toBe(
      `Troupe: The database in ${env.DATA_DIR}: the disk is full. Free some space there.\n`,
    );
    expect(await readdir(env.DATA_DIR)).toContain('pg.unfinished');
  });

  it('when the database cannot be reached, without showing its password', async () => {
    const port = await freePort();
    const ended = await refused({
      DATA_DIR: await aFolder(),
      DATABASE_URL: `postgres://ada:hunter2canary@127.0.0.1:${port}/troupe`,
    });

    expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
    expect(ended.errors).toBe(
      `Troupe: PostgreSQL at 127.0.0.1:${port}/troupe cannot be used: nothing listens there. ` +
        'Start the server or correct the address.\n',
    );
  });

  it('when the database does not exist, naming it', async () => {
    const url = new URL((await aDatabase()).url);
    url.pathname = '/not_there';

    const ended = await refused({ DATA_DIR: await aFolder(), DATABASE_URL: url.href });

    expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
    expect(ended.errors).toContain('/not_there cannot be used: there is no such database.');
  });

  it('when the roster file is not there, naming it', async () => {
    const ended = await refused({ ...(await onPostgres()), ROSTER_FILE: '/not/there.json' });

    expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
    expect(ended.errors).toContain('/not/there.json');
  });

  it('on a Node that is too old, without loading anything newer', async () => {
    const ended = await launch({ env: {}, asNode: '20.19.0' }).ended;

    expect(ended).toMatchObject({ code: 1, signal: null, out: '' });
    expect(ended.errors).toBe(
      'Troupe needs Node 22.18 or newer; this is 20.19.0.\n' +
        'Run "npm ci" and then "npm start": the scripts bring a fitting Node with them.\n',
    );
  });

  it('when it is not said what to run', async () => {
    const ended = await launch({ env: {}, name: 'nothing' }).ended;

    expect(ended).toMatchObject({
      code: 1,
      errors: 'Say what to run: start, chat, migrate, replay, mcp, memory.\n',
    });
  });
});

describe('npm run db:migrate', { timeout: 60_000 }, () => {
  it('brings the tables of an empty database up to date, and says so, as often as it is run', async () => {
    const { url } = await aDatabase('empty');
    const env = { DATA_DIR: await aFolder(), DATABASE_URL: url };

    const ends = [
      await launch({ env, name: 'migrate' }).ended,
      await launch({ env, name: 'migrate' }).ended,
    ];

    expect(ends).toMatchObject([
      { code: 0, errors: '', out: 'The tables are up to date (postgres).\n' },
      { code: 0, errors: '', out: 'The tables are up to date (postgres).\n' },
    ]);
  });
});
