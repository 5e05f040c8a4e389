/** Gives the tests a data folder with a database in it, to be copied: making one takes seconds (see `aDataFolder`). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/store.ts';
import { type MadeOnce, madeOnce } from './made-once.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The port where a test asks for a data folder that nobody has used. */
    readonly dataFolderBroker: number;
  }
}

let folder: MadeOnce | undefined;

export async function setup(project: TestProject): Promise<void> {
  folder = await madeOnce(makeDataFolder);
  project.provide('dataFolderBroker', folder.port);
}

export async function teardown(): Promise<void> {
  const made = await folder?.close();
  if (made !== undefined) await rm(made, { recursive: true, force: true });
}

async function makeDataFolder(): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'troupe-made-'));
  await (await openStore({ place: { kind: 'embedded', dataDir } })).close();
  return dataDir;
}
