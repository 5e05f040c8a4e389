import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { readConfig } from '../../src/config.ts';
import type { Script } from '../../src/model/scripted.ts';
import { openRecords } from '../../src/recording-house.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { cast, HANG, say } from '../../src/testing/scripts.ts';

const FAILS = cast({ leader: [{ kind: 'fail', failure: failure('auth', 'my-secret') }] });
const ANSWERS = cast({ leader: [say('my-secret')] });

/** A house whose runs are recorded as its environment says. */
async function aHouseWith(env: Readonly<Record<string, string>>, script: Script) {
  const folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const reading = readConfig({ ...env, DATA_DIR: folder });
  if (reading.kind === 'rejected') throw new Error(reading.problems.join());
  const log = recordedLog();
  const records = openRecords(reading.config, { clock: simulatedClock(), log });
  const { recorder } = records;
  const house = await aHouse({ script, ...(recorder === undefined ? {} : { recorder }) });
  const files = async (): Promise<readonly string[]> => {
    await records.close();
    return readdir(join(folder, 'recordings')).catch(() => []);
  };
  return { house, records, files, folder, log };
}

describe('the folder of recordings', () => {
  it('gets a file of every run that failed, readable for its owner only, without the texts', async () => {
    const { house, records, files, folder } = await aHouseWith({}, FAILS);

    await house.ask('ada1');

    expect(await files()).toEqual(['run-ada1.epoch1.json']);
    const { mode } = await stat(join(folder, 'recordings', 'run-ada1.epoch1.json'));
    expect(mode & 0o777).toBe(0o600);
    const read = await records.recordingOf(RunId('ada1'));
    expect(read).toMatchObject({ kind: 'read', recording: { texts: 'left_out' } });
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it('gets nothing of a run that went well', async () => {
    const { house, files } = await aHouseWith({}, ANSWERS);

    await house.ask('ada1');

    expect(await files()).toEqual([]);
  });

  it('gets every run, texts and all, where the operator wants that', async () => {
    const { house, files, folder } = await aHouseWith(
      { RECORD_RUNS: 'all', RECORD_TEXTS: 'true' },
      ANSWERS,
    );

    await house.ask('ada1');
    await files();

    const again = openRecords(readConfigOf(folder), {
      clock: simulatedClock(),
      log: recordedLog(),
    });
    const read = await again.recordingOf(RunId('ada1'));
    expect(read?.kind).toBe('read');
    // The file has the texts; whoever looks through the house has not.
    expect(JSON.stringify(read)).not.toContain('secret');
  });

  it('gets nothing at all where recording is off', async () => {
    const { house, files, records } = await aHouseWith({ RECORD_RUNS: 'off' }, FAILS);

    await house.ask('ada1');

    expect(await files()).toEqual([]);
    expect(await records.recordingOf(RunId('ada1'))).toBeUndefined();
  });

  it('lets the oldest files go when there are too many', async () => {
    const { house, files, folder } = await aHouseWith({ RECORDINGS_KEPT: '2' }, FAILS);

    for (const run of ['ada1', 'ada2', 'ada3']) {
      await house.ask(run);
      await files();
      const path = join(folder, 'recordings', `run-${run}.epoch1.json`);
      const age = 1_000 + Number(run.at(-1));
      await utimes(path, age, age);
    }
    await house.ask('ada4');

    expect(await files()).toEqual(['run-ada3.epoch1.json', 'run-ada4.epoch1.json']);
  });

  it('loses what a user wants forgotten: written, half written, still to be written, and nothing of others', async () => {
    const { house, records, files, folder } = await aHouseWith({ RECORD_RUNS: 'all' }, FAILS);
    await house.ask('bob1');
    await house.ask('ada1');
    await files();
    const half = join(folder, 'recordings', 'run-ada9.epoch1.json.draft');
    await writeFile(half, '{"run": {"userId": "ada", "chann');
    await house.ask('ada2');

    await records.forget({ userId: UserId('ada') });

    expect(await files()).toEqual(['run-bob1.epoch1.json']);
    expect(await records.recordingOf(RunId('ada1'))).toBeUndefined();
    expect(await records.recordingOf(RunId('bob1'))).toBeDefined();
  });

  it('loses what was said in one channel when that is wanted', async () => {
    const { house, records, files } = await aHouseWith({}, FAILS);
    await house.ask('ada1', { channel: 'lab' });
    await house.ask('ada2', { channel: 'attic' });

    await records.forget({ userId: UserId('ada'), channelId: ChannelId('lab') });

    expect(await files()).toEqual(['run-ada2.epoch1.json']);
  });

  it('gets nothing of a run that is forgotten while it is under way', async () => {
    const { house, records, files } = await aHouseWith(
      { RECORD_RUNS: 'all' },
      cast({ leader: [HANG] }),
    );
    await house.ask('ada1');

    await records.forget({ userId: UserId('ada') });
    house.runtime.signal({ type: 'cancel', userId: UserId('ada') });
    await house.pass(0);

    expect(await files()).toEqual([]);
    expect(await records.recordingOf(RunId('ada1'))).toBeUndefined();
  });

  it('lets go of what is past its time, the oldest first, a few at a time', async () => {
    const { house, records, files, folder } = await aHouseWith({}, FAILS);
    for (const run of ['ada1', 'ada2', 'ada3']) {
      await house.ask(run);
      await files();
      const age = 1_000 + Number(run.at(-1));
      await utimes(join(folder, 'recordings', `run-${run}.epoch1.json`), age, age);
    }

    expect(await records.dropBefore({ before: 1_003_000, limit: 1 })).toBe(1);
    expect(await files()).toEqual(['run-ada2.epoch1.json', 'run-ada3.epoch1.json']);
    expect(await records.dropBefore({ before: 1_003_000, limit: 9 })).toBe(1);
    expect(await files()).toEqual(['run-ada3.epoch1.json']);
  });

  it('that cannot be written is told of in the log, and nobody waits for it', async () => {
    const { house, records, folder, log } = await aHouseWith({}, FAILS);
    await writeFile(join(folder, 'recordings'), 'in the way');

    const run = await house.ask('ada1');
    await records.close();

    expect(run.outcome?.kind).toBe('failed');
    expect(log.events('warn')).toEqual(['recording.not_kept']);
  });
});

function readConfigOf(folder: string) {
  const reading = readConfig({ DATA_DIR: folder });
  if (reading.kind === 'rejected') throw new Error(reading.problems.join());
  return reading.config;
}
