import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../src/store/folder-lock.ts';
import { DataFolderInUse } from '../../src/store/store-error.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'troupe-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The way of the platform this runs on, and the one of those whose kernel has no lock for us. */
describe.each([process.platform, 'darwin'] as const)('the lock of a folder on %s', (platform) => {
  it('has exactly one winner among many who want it at once', async () => {
    const told = await Promise.allSettled(
      Array.from({ length: 20 }, () => lockFolder(folder, platform)),
    );

    const won = told.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    await Promise.all(won.map((lock) => lock.release()));
    const lost = told.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(won).toHaveLength(1);
    expect(lost.every((reason) => reason instanceof DataFolderInUse)).toBe(true);
  });

  it('can be taken again when it was released', async () => {
    await (await lockFolder(folder, platform)).release();

    const again = await lockFolder(folder, platform);

    await expect(lockFolder(folder, platform)).rejects.toThrow(DataFolderInUse);
    await again.release();
  });

  it('makes the folder, with all above it', async () => {
    const deep = path.join(folder, 'a/b');

    await (await lockFolder(deep, platform)).release();

    await expect(readFile(path.join(deep, 'none'))).rejects.toThrow('ENOENT');
  });
});

describe('the pid file of a folder', () => {
  const file = () => path.join(folder, 'troupe.pid');

  it.each(['', 'rubbish', '-1', '999999999'])(
    'is taken over when it names no living process: "%s"',
    async (content) => {
      await writeFile(file(), content);

      const lock = await lockFolder(folder, 'darwin');

      expect(await readFile(file(), 'utf8')).toBe(String(process.pid));
      await lock.release();
    },
  );

  it('is respected when its process lives, and says how to get rid of it', async () => {
    await writeFile(file(), '1');

    await expect(lockFolder(folder, 'darwin')).rejects.toThrow(
      `If process 1 is not Troupe, delete ${file()}.`,
    );
  });
});
