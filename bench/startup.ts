import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { atMost, type Figure, median } from './figures.ts';
import { type Part, progress } from './part.ts';

/** How long it takes until somebody can ask, each time in a new process. */
export const startup: Part = {
  key: 'd',
  title: 'from nothing to ready',
  async measure({ quick }) {
    const times = quick ? 3 : 5;
    progress('import of the library');
    const imported = await repeat(times, () => inChild('import-library.ts', []));
    const folder = await mkdtemp(path.join(tmpdir(), 'troupe-bench-'));
    try {
      progress('a new data folder');
      const fresh = await repeat(times, (n) => inChild('open-house.ts', [dataDir(folder, n)]));
      progress('an existing data folder');
      const known = await repeat(times, (n) => inChild('open-house.ts', [dataDir(folder, n)]));
      return [
        figure('import of the library', imported, 150),
        figure('ready, existing data folder', known, 1_500),
        figure('ready, new data folder', fresh, 5_000),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const dataDir = (folder: string, number: number): string => path.join(folder, String(number));

const figure = (name: string, times: readonly number[], limitMs: number): Figure => ({
  name,
  value: median(times),
  unit: 'ms',
  goal: atMost(limitMs),
});

async function repeat(
  times: number,
  once: (number: number) => Promise<number>,
): Promise<readonly number[]> {
  const results: number[] = [];
  for (let number = 0; number < times; number++) results.push(await once(number));
  return results;
}

/** Runs a script of this folder that prints how many milliseconds it took. */
async function inChild(script: string, args: readonly string[]): Promise<number> {
  const file = path.join(import.meta.dirname, script);
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
    timeout: 60_000,
  });
  const ms = Number(stdout);
  if (stdout.trim() === '' || Number.isNaN(ms)) throw new Error(`${script} printed "${stdout}".`);
  return ms;
}
