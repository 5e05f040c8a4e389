import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { makeDataFolder, unusable } from '../shared/data-folder.ts';
import { messageOf } from '../shared/thrown.ts';
import { codeOf, DataFolderInUse, unreachable, withoutWrapping } from './store-error.ts';

/** The hold of one process on a data folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Makes the folder if need be and takes it for this process. Rejects with `DataFolderInUse` when another process (or
 * another store of this one) has it. On Linux and Windows the kernel frees it however the process ends; elsewhere a
 * file with the process id does, and a stale one is told by that process being gone. Containers that share a volume
 * do not see each other's locks.
 */
export async function lockFolder(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<FolderLock> {
  await makeWritable(folder);
  if (platform === 'linux') return await lockBySocket(folder, await linuxName(folder));
  if (platform === 'win32') return await lockBySocket(folder, await pipeName(folder));
  return await lockByPidFile(folder);
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await makeDataFolder(folder);
    await tryOut(folder);
  } catch (thrown) {
    throw unreachable(messageOf(thrown), thrown);
  }
}

/** A full disk takes the name of a file, but nothing that is in it. */
async function tryOut(folder: string): Promise<void> {
  const probe = path.join(folder, `.writable-${randomUUID()}`);
  try {
    await writeFile(probe, 'x');
  } catch (thrown) {
    throw unusable(folder, thrown);
  } finally {
    await rm(probe, { force: true });
  }
}

/** An abstract socket lives in no folder and dies with its process. Named for the folder itself, not its path. */
async function linuxName(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `\0troupe-data-${dev}-${ino}`;
}

async function pipeName(folder: string): Promise<string> {
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  return `\\\\.\\pipe\\troupe-data-${name}`;
}

const STOP_THE_OTHER = 'stop that process, or give this one a folder of its own.';

function lockBySocket(folder: string, name: string): Promise<FolderLock> {
  const server = net.createServer((visitor) => visitor.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = codeOf(error) === 'EADDRINUSE';
      reject(isTaken ? new DataFolderInUse(folder, STOP_THE_OTHER) : error);
    });
    server.listen(name, () => {
      // The lock alone does not keep the process alive.
      server.unref();
      resolve({ release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}

async function lockByPidFile(folder: string): Promise<FolderLock> {
  const file = path.join(folder, 'troupe.pid');
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await createWhole(file, `${process.pid}`))
      return { release: () => rm(file, { force: true }) };
    const content = await readFile(file, 'utf8').catch(unlessGone);
    if (content === undefined) continue;
    if (isAlive(Number(content))) {
      const remedy = `${STOP_THE_OTHER} If process ${content} is not Troupe, delete ${file}.`;
      throw new DataFolderInUse(folder, remedy);
    }
    await removeStale(file, content);
  }
  throw new DataFolderInUse(folder, STOP_THE_OTHER);
}

/** False when the file exists. A link appears with its content, so nobody ever reads half of it. */
async function createWhole(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(withoutWrapping(error)) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

/** Another process may be taking over the same stale file: what it made meanwhile is put back. */
async function removeStale(file: string, judged: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(unlessGone);
  const content = await readFile(aside, 'utf8').catch(unlessGone);
  if (content === undefined) return;
  if (content !== judged) await link(aside, file);
  await rm(aside);
}

function unlessGone(error: unknown): undefined {
  if (codeOf(withoutWrapping(error)) !== 'ENOENT') throw error;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists, but belongs to somebody else.
    return codeOf(withoutWrapping(error)) === 'EPERM';
  }
}
