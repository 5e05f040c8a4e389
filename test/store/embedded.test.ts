import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { DataFolderInUse } from '../../src/store/store-error.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { anAnswer, aQuestion, aRecord, untilDone } from '../support/store-builders.ts';

let scratch = '';
let dataDir = '';
const opened: Store[] = [];
/** Making a database takes seconds, copying one does not. */
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'troupe-store-'));
  await (await openStore({ place: { kind: 'embedded', dataDir: `${scratch}/made` } })).close();
}, 120_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));
beforeEach(async () => {
  dataDir = await mkdtemp(`${scratch}/data-`);
});
const withDatabase = () => cp(`${scratch}/made`, dataDir, { recursive: true });
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

const open = async (folder = dataDir): Promise<Store> => {
  const store = await openStore({ place: { kind: 'embedded', dataDir: folder } });
  opened.push(store);
  return store;
};

const WRITER = new URL('../support/embedded-writer.ts', import.meta.url).pathname;
/** As the launcher does for the program. */
const QUICKLY = ['--import', new URL('../../src/quick-modules.mjs', import.meta.url).href];
const USER = UserId('writer');

/** A process that writes to the folder until it is killed, and what it said. */
function aWriter() {
  const child = spawn(process.execPath, [...QUICKLY, WRITER, dataDir, USER], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const said = createInterface(child.stdout).on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  return {
    /** Resolves when it has acknowledged that many rows. */
    async hasSaid(count: number): Promise<void> {
      while (lines.length < count) {
        await Promise.race([once(said, 'line'), ended.then(() => failed(child, complaints))]);
      }
    },
    /** At once, by the kernel; gives back every line it got out. */
    async kill(): Promise<readonly string[]> {
      child.kill('SIGKILL');
      await ended;
      return lines;
    },
  };
}

function failed(child: ChildProcess, complaints: string): never {
  throw new Error(`the writer ended by itself (${child.exitCode}): ${complaints}`);
}

/** What the store should still have, by what the writers were told. */
const acknowledged = (lines: readonly string[], what: 'accepted' | 'saved') =>
  lines.filter((line) => line.startsWith(what)).map((line) => line.slice(what.length + 1));

// Opening the database is seconds of work for a busy machine.
describe('a store in a folder', { timeout: 120_000 }, () => {
  it('still has everything when it is opened again', async () => {
    await withDatabase();
    const [answered, waiting] = [aQuestion(), aQuestion()];
    const first = await open();
    for (const question of [answered, waiting]) await first.inbox.accept(question);
    await first.runs.end(aRecord(answered, anAnswer('84')), untilDone);
    await first.close();

    const second = await open();

    expect(await second.inbox.unfinished(9)).toEqual([
      { question: waiting, tries: { inAll: 0, inVain: 0 } },
    ]);
    const past = await second.conversation(answered, answered.channelId, { limit: 9 });
    expect(past.map(({ runId }) => runId)).toEqual([answered.runId]);
  });

  it('loses nothing it acknowledged when its process is killed, five times over', async () => {
    await withDatabase();
    const lines: string[] = [];
    for (const rows of [1, 40, 3, 90, 20]) {
      const writer = aWriter();
      await writer.hasSaid(1 + rows);
      lines.push(...(await writer.kill()));
    }

    const store = await open();

    const unfinished = await store.inbox.unfinished(100_000);
    const ended = await store.conversation({ userId: USER }, ChannelId('general'), {
      limit: 100_000,
    });
    const kept = new Set<string>([
      ...unfinished.map(({ question }) => question.runId),
      ...ended.map(({ runId }) => runId),
    ]);
    const saved = new Set<string>(ended.map(({ runId }) => runId));
    expect(acknowledged(lines, 'accepted').length).toBeGreaterThan(50);
    expect(acknowledged(lines, 'accepted').filter((id) => !kept.has(id))).toEqual([]);
    expect(acknowledged(lines, 'saved').filter((id) => !saved.has(id))).toEqual([]);
    expect(unfinished.filter(({ question }) => saved.has(question.runId))).toEqual([]);
  });

  it('is refused to a second process, by name and with a way out, until the first is gone', async () => {
    await withDatabase();
    const writer = aWriter();
    await writer.hasSaid(1);

    const refused = open();

    await expect(refused).rejects.toThrow(DataFolderInUse);
    await expect(refused).rejects.toThrow(
      `The data folder ${dataDir} is in use by another running process: stop that process`,
    );
    await writer.kill();
    expect((await open()).health()).toEqual({ kind: 'ok' });
  });

  it('is refused under another path to the same folder, too', async () => {
    await withDatabase();
    await open();

    await expect(open(`${dataDir}/../${path.basename(dataDir)}`)).rejects.toThrow(DataFolderInUse);
  });

  it('is made anew where an earlier start died before it was complete', async () => {
    await mkdir(path.join(dataDir, 'pg/base'), { recursive: true });
    await writeFile(path.join(dataDir, 'pg/PG_VERSION'), '18');
    await writeFile(path.join(dataDir, 'pg.unfinished'), '');

    const store = await open();

    expect(await store.inbox.accept(aQuestion())).toBe('accepted');
    expect((await readdir(dataDir)).sort()).toEqual(['pg']);
  });

  it('never throws away a folder that was complete, even one it cannot open', async () => {
    await mkdir(path.join(dataDir, 'pg'));
    await writeFile(path.join(dataDir, 'pg/PG_VERSION'), '18');
    await writeFile(path.join(dataDir, 'pg/precious'), 'rows');

    await expect(open()).rejects.toThrow(`The database in ${dataDir}`);

    expect(await readdir(path.join(dataDir, 'pg'))).toContain('precious');
  });

  it('keeps the event loop free while the database works', async () => {
    await withDatabase();
    const store = await open();
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 1);
    const question = aQuestion();

    const saved = await store.runs.end(aRecord(question, anAnswer(LONG)), untilDone);

    clearInterval(ticking);
    expect(saved).toEqual({ kind: 'saved' });
    expect(ticks).toBeGreaterThan(10);
  });

  it('stops its thread when that is late, and comes back with everything that was kept', async () => {
    await withDatabase();
    const clock = simulatedClock();
    const store = await openStore({ place: { kind: 'embedded', dataDir }, clock });
    opened.push(store);
    const [kept, late] = [aQuestion(), aQuestion()];
    await store.inbox.accept(kept);

    const told = store.runs.end(aRecord(late, anAnswer(LONG)), untilDone);
    const asked = store.inbox.accept(aQuestion());
    await clock.advance(8_000);

    expect(await told).toMatchObject({ kind: 'failed', failure: { kind: 'storage' } });
    expect(await asked).toMatchObject({ kind: 'storage' });
    expect(store.health().kind).toBe('degraded');
    const healed = new Promise((resolve) => store.onHealth(resolve));
    await clock.advance(100);
    expect(await healed).toEqual({ kind: 'ok' });
    expect((await store.inbox.unfinished(9)).map(({ question }) => question.runId)).toEqual([
      kept.runId,
    ]);
  });

  it('says so when the folder cannot be written', async () => {
    await writeFile(path.join(dataDir, 'a-file'), '');

    await expect(open(path.join(dataDir, 'a-file/data'))).rejects.toThrow(
      /a-file\/data cannot be used \(ENOTDIR.*set DATA_DIR to a folder/,
    );
  });
});

/** Takes the database a while. */
const LONG = Array.from({ length: 300_000 }, (_, n) => n.toString(36)).join(' ');
