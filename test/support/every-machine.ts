import { globSync } from 'node:fs';
import path from 'node:path';
import type { AnyStateMachine } from 'xstate';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Every machine of the house, with the file it is written in; in the order of files. */
export async function everyMachine(): Promise<
  readonly { readonly file: string; readonly machine: AnyStateMachine }[]
> {
  const files = globSync('machines/**/*.machine.ts', { cwd: ROOT }).toSorted();
  const found = await Promise.all(
    files.map(async (file) => {
      const exported: Readonly<Record<string, unknown>> = await import(path.join(ROOT, file));
      const machines = Object.values(exported).filter(isMachine);
      return machines.map((machine) => ({ file: file.replaceAll(path.sep, '/'), machine }));
    }),
  );
  return found.flat();
}

const isMachine = (value: unknown): value is AnyStateMachine =>
  typeof value === 'object' && value !== null && 'config' in value && 'transition' in value;
