/**
 * How long the embedded store takes to be ready: a new folder, and one that exists. Each opening happens in a process
 * of its own, so that nothing is warm but the disk cache. `--rounds` says how many of each (3).
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { openStore } from '../src/store/store.ts';
import { atMost, type Figure, isMet, median, rounded, tableOf } from './figures.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, open: { type: 'string' } },
});

if (values.open === undefined) await measureAll(Number(values.rounds));
else console.log(await openOnce(values.open));

async function openOnce(dataDir: string): Promise<number> {
  const started = performance.now();
  const store = await openStore({ place: { kind: 'embedded', dataDir } });
  const took = performance.now() - started;
  await store.close();
  return took;
}

async function measureAll(rounds: number): Promise<void> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'troupe-bench-'));
  const made: number[] = [];
  const reopened: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const dataDir = path.join(scratch, `${round}`);
      made.push(await openInChild(dataDir));
      reopened.push(await openInChild(dataDir));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  report([
    { name: 'a new store is ready', value: median(made), unit: 'ms', goal: atMost(4_500) },
    {
      name: 'an existing store is ready',
      value: median(reopened),
      unit: 'ms',
      goal: atMost(1_200),
    },
  ]);
}

async function openInChild(dataDir: string): Promise<number> {
  const self = new URL(import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [self, '--open', dataDir]);
  return Number(stdout);
}

function report(figures: readonly Figure[]): void {
  const ok = figures.every(isMet);
  console.log(tableOf(figures));
  const plain = figures.map(({ name, value, unit }) => ({ name, value: rounded(value), unit }));
  // Nothing here is drawn by chance.
  console.log(JSON.stringify({ suite: 'store-open', seed: 0, ok, figures: plain }));
  process.exitCode = ok ? 0 : 1;
}
