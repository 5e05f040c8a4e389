import { readFile } from 'node:fs/promises';

/**
 * What a process and everything that descends from it hold in memory, in bytes: not the pages of programs and other
 * files. What is shared since a fork counts once for each. Linux only; what has ended meanwhile counts nothing.
 */
export async function memoryOf(pid: number): Promise<number> {
  const [status, children] = await Promise.all([
    readOrNothing(`/proc/${pid}/status`),
    readOrNothing(`/proc/${pid}/task/${pid}/children`),
  ]);
  const pids = children.split(' ').map(Number).filter(Boolean);
  const below = await Promise.all(pids.map(memoryOf));
  return below.reduce((sum, bytes) => sum + bytes, bytesIn(status));
}

/** Its own memory, and what it shares in a way that is counted nowhere else. */
function bytesIn(status: string): number {
  const kilobytes = [...status.matchAll(/^Rss(?:Anon|Shmem):\s*(\d+) kB$/gm)];
  return kilobytes.reduce((sum, [, amount]) => sum + Number(amount) * 1024, 0);
}

/** A process that has ended has no files there any more: that is what is being asked. */
const readOrNothing = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
