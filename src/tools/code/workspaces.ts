import { LRUCache } from 'lru-cache';
import type { Files } from './sandbox.ts';

/** The files that code has left, by the team whose code it was. In memory: they go when the team does. */
export interface Workspaces {
  filesOf(owner: string): Files;
  replace(owner: string, files: Files): void;
  release(owner: string): void;
}

/** All teams together; the folders of those that used theirs least recently go first. */
const MAX_BYTES = 256 * 1024 * 1024;

export function createWorkspaces(): Workspaces {
  const folders = new LRUCache<string, Files>({
    maxSize: MAX_BYTES,
    sizeCalculation: (files) => [...files.values()].reduce((sum, bytes) => sum + bytes.length, 1),
  });
  return {
    filesOf: (owner) => folders.get(owner) ?? NO_FILES,
    replace: (owner, files) => void folders.set(owner, files),
    release: (owner) => void folders.delete(owner),
  };
}

const NO_FILES: Files = new Map();
