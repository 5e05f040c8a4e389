import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

/** XState has two builds; the tests of the house run on the development one, the house on the other. */
const BUILDS = [
  { build: 'production', flags: [] },
  { build: 'development', flags: ['--conditions=development'] },
] as const;

const EVERY_MACHINE = new URL('../support/start-every-machine.ts', import.meta.url).pathname;
const FATAL = new URL('../support/xstate-fatal.ts', import.meta.url).pathname;

async function run(script: string, args: readonly string[], flags: readonly string[]) {
  const child = spawn(process.execPath, [...flags, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  });
  const [out, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, out, errors };
}

describe.each(BUILDS)('the $build build of XState', ({ flags }) => {
  it('starts every machine of the house', async () => {
    const { code, out, errors } = await run(EVERY_MACHINE, [], flags);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out.trim()).toBe('6 machines start');
  });
});

describe('a process', () => {
  it.each([
    'nobody observes',
    'an observer of values only',
    'an observer of errors beside one of the end only',
    'a handled child with an observer of values',
    'an observer that throws',
    'an asynchronous disposer that rejects',
    'a timer in a callback that throws',
  ])('is ended by a bug in an actor: %s', async (name) => {
    expect((await run(FATAL, [name], [])).code).toBe(70);
  });

  it('survives a bug in an actor that has one observer, of errors: that is how teams are kept', async () => {
    expect((await run(FATAL, ['an observer of errors'], [])).code).toBe(0);
  });
});
