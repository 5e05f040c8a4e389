import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aDataFolder, launch, start } from '../support/program.ts';

const CANARY = 'canary-7f3a';

describe('The recording of a run in a running house', { timeout: 120_000 }, () => {
  it('is replayed by its id, and as a test of its own, while the house goes on', async () => {
    const DATA_DIR = await aDataFolder();
    const program = await start({ env: { DATA_DIR, RECORD_RUNS: 'all' } });
    await program.answer({ runId: 'c1', channelId: 'lab', text: `what is 12*7? ${CANARY}` });
    const file = join(DATA_DIR, 'recordings', 'run-c1.epoch1.json');
    const testFile = join(DATA_DIR, 'pinned.test.ts');

    const replayed = await launch({ name: 'replay', words: ['c1'], env: { DATA_DIR } }).ended;
    const words = [file, '--as-test', testFile];
    const pinned = await launch({ name: 'replay', words, env: { DATA_DIR } }).ended;

    expect(replayed).toMatchObject({ code: 0, errors: '' });
    expect(replayed.out).toContain('every step leads where it led');
    expect(replayed.out).toContain('leader0 done: leader.ending → done');
    expect(pinned).toMatchObject({ code: 0, errors: '' });
    expect(await readFile(testFile, 'utf8')).toContain('"leader0 begins → working.recalling"');
    expect(await readFile(file, 'utf8')).not.toContain(CANARY);
  });

  it('is missed with a word on how to have one', async () => {
    const ended = await launch({
      name: 'replay',
      words: ['c9'],
      env: { DATA_DIR: await aDataFolder() },
    }).ended;

    expect(ended.code).toBe(2);
    expect(ended.errors).toContain('There is no recording of run c9');
  });
});
