import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { type RunningCode, WatchedRun } from '../../../src/tools/code/watched-run.ts';

/** A process in a group of its own that runs this script. */
function aProcess(script: string) {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout: printed, stderr } = child;
  const files = new Map([['kept.txt', Buffer.from('kept')]]);
  const meaning: RunningCode['meaning'] = () => 'stopped';
  const running = { child, printed, report: stderr, complaints: stderr, files, feed: [], meaning };
  const stopping = new AbortController();
  const { signal } = stopping;
  const limits = { timeMs: 60_000, memoryMb: 512 };
  const run = new WatchedRun(running, { owner: 'ada 1', limits, clock: systemClock, signal });
  return { child, run, stopping };
}

it('A run that may not be ended is given up, and is not taken for one that never began', async () => {
  const { child, run, stopping } = aProcess('echo; exec sleep 60');
  const outcome = run.outcome();
  await once(child.stdout, 'data');
  const denied = Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw denied;
  });

  stopping.abort();
  const ended = await outcome;
  kill.mockRestore();
  child.kill('SIGKILL');

  expect(ended).toEqual({
    kind: 'lost',
    why: 'It could not be ended: kill EPERM',
    transient: false,
  });
});

it('A run that a signal has ended is not ended once more: its number may be another’s by now', async () => {
  // What it leaves behind keeps its output open for as long as nobody ends it.
  const { child, run, stopping } = aProcess('sleep 60 & echo $!; kill -9 $$');
  const outcome = run.outcome();
  const [[pid]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
  const left = Number(pid);
  onTestFinished(() => kill.mockRestore());
  const kill = vi.spyOn(process, 'kill');

  stopping.abort();

  expect(child.signalCode).toBe('SIGKILL');
  expect(kill).not.toHaveBeenCalled();
  kill.mockRestore();
  process.kill(left, 'SIGKILL');
  expect((await outcome).kind).toBe('aborted');
});

it('A run that ends without a word has lost what it wrote, and nothing that was there before', async () => {
  const { run } = aProcess('kill -9 $$');

  expect(await run.outcome()).toMatchObject({
    kind: 'ended',
    ok: false,
    isLost: true,
    files: new Map([['kept.txt', Buffer.from('kept')]]),
  });
});
