import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Makes the folder, with all above it, unless it is there. Rejects with an `Error` that says what to do. */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await make(resolve(folder));
  } catch (thrown) {
    throw unusable(folder, thrown);
  }
}

/** What the system said of a data folder, with what to do about it. */
export function unusable(folder: string, thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const advice = adviceFor(error) ?? 'Set DATA_DIR to a folder that can be written.';
  const message = `The data folder ${folder} cannot be used (${error.message}). ${advice}`;
  return new Error(message, { cause: thrown });
}

/** What to do about a file in the data folder that could not be used, where that is known. */
export const adviceFor = (error: Error): string | undefined => ADVICE[codeOf(error)];

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room, or set DATA_DIR to another disk.',
  EACCES: 'This user may not write there: change the rights, or set DATA_DIR to another folder.',
  ENOTDIR: 'Part of that path is a file: set DATA_DIR to a folder.',
  EEXIST: 'That is a file: set DATA_DIR to a folder.',
  EROFS: 'That disk is read-only: set DATA_DIR to another folder.',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** One after the other: Node's way to make them all says `ENOENT` where a disk is read-only. */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (await isFolder(folder)) return;
    const parent = dirname(folder);
    if (codeOf(error) !== 'ENOENT' || (await isFolder(parent))) throw error;
    await make(parent);
    await make(folder);
  }
}

const isFolder = (place: string): Promise<boolean> =>
  stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
