import { expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import { TeamScope } from '../../src/runtime/scope.ts';
import { quiet, simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';

function aScope() {
  const clock = simulatedClock();
  const log = recordedLog();
  const scope = new TeamScope({ userId: UserId('ada'), epoch: 1, clock, log, disposeMs: 5_000 });
  return { clock, log, scope };
}

it('releases what it holds last in, first out, one after the other', async () => {
  const { scope, clock } = aScope();
  const heard: string[] = [];
  const first = Promise.withResolvers<void>();
  scope.acquire('connection', () => void heard.push('connection'));
  scope.acquire('lease', async () => {
    heard.push('lease asked');
    await first.promise;
    heard.push('lease closed');
  });

  const closed = scope.close();
  await quiet();
  expect(heard).toEqual(['lease asked']);

  first.resolve();
  expect(await closed).toEqual({ closed: 2, failed: 0, abandoned: 0 });
  expect(heard).toEqual(['lease asked', 'lease closed', 'connection']);
  expect(clock.pending).toBe(0);
});

it('releases everything once, however often it is asked', async () => {
  const { scope } = aScope();
  let releases = 0;
  scope.acquire('lease', () => {
    releases += 1;
  });
  const answers = [scope.close(), scope.close()];
  await scope[Symbol.asyncDispose]();
  expect(await answers[0]).toBe(await answers[1]);
  expect(releases).toBe(1);
});

it.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
] as const)('names a disposer that %s, and releases the others', async (_, dispose) => {
  const { scope, log } = aScope();
  let released = false;
  scope.acquire('connection', () => {
    released = true;
  });
  scope.acquire('lease', dispose);
  expect(await scope.close()).toEqual({ closed: 1, failed: 1, abandoned: 0 });
  expect(released).toBe(true);
  expect(log.lines).toMatchObject([
    { level: 'error', event: 'resource.failed', fields: { name: 'lease', error: 'Error: no' } },
  ]);
});

it('fences off a disposer that hangs, at its deadline, and releases the others', async () => {
  const { scope, clock, log } = aScope();
  let released = false;
  scope.acquire('connection', () => {
    released = true;
  });
  scope.acquire('sandbox', () => new Promise(() => {}));

  const closed = scope.close();
  await clock.advance(4_999);
  expect(released).toBe(false);
  await clock.advance(1);

  expect(await closed).toEqual({ closed: 1, failed: 0, abandoned: 1 });
  expect(released).toBe(true);
  expect(log.events('error')).toEqual(['resource.abandoned']);
  expect(clock.pending).toBe(0);
});

it('gives each disposer a deadline of its own', async () => {
  const { scope, clock } = aScope();
  for (const name of ['a', 'b', 'c']) scope.acquire(name, () => new Promise(() => {}));
  const closed = scope.close();
  await clock.advance(10_000);
  expect(clock.pending).toBe(1);
  await clock.advance(5_000);
  expect(await closed).toEqual({ closed: 0, failed: 0, abandoned: 3 });
});

it('takes it calmly when a disposer that was fenced off fails after all', async () => {
  const { scope, clock } = aScope();
  const late = Promise.withResolvers<void>();
  scope.acquire('sandbox', () => late.promise);
  const closed = scope.close();
  await clock.advance(5_000);
  late.reject(new Error('too late'));
  expect(await closed).toEqual({ closed: 0, failed: 0, abandoned: 1 });
});

it('gives back at once what arrives after it has closed', async () => {
  const { scope } = aScope();
  await scope.close();
  let released = 0;
  scope.acquire('late', () => {
    released += 1;
  });
  expect(released).toBe(1);
  expect(scope.isEmpty).toBe(true);
});

it('gives back what arrives while it is closing', async () => {
  const { scope } = aScope();
  const slow = Promise.withResolvers<void>();
  scope.acquire('slow', () => slow.promise);
  const closed = scope.close();
  let released = 0;
  scope.acquire('late', () => {
    released += 1;
  });
  expect(released).toBe(1);
  slow.resolve();
  await closed;
  expect(released).toBe(1);
});

it('is not empty before the last release has ended', async () => {
  const { scope } = aScope();
  const slow = Promise.withResolvers<void>();
  scope.acquire('slow', () => slow.promise);
  expect(scope.isEmpty).toBe(false);
  const closed = scope.close();
  expect(scope.isEmpty).toBe(false);
  slow.resolve();
  await closed;
  expect(scope.isEmpty).toBe(true);
});

it('is open until closing begins, also when it holds nothing', () => {
  const { scope } = aScope();
  expect(scope.isOpen).toBe(true);
  void scope.close();
  expect(scope.isOpen).toBe(false);
});
