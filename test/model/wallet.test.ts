import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reserved } from '../../src/model/wallet.ts';
import { quiet } from '../../src/testing/clock.ts';
import { ADA, aWallet, BOB, NOTHING, used } from './a-wallet.ts';

describe('a budget for the day', () => {
  it('refuses when it is spent, and says until when', async () => {
    const { spend, reserve, clock } = aWallet();
    await spend(1_000);

    expect(await reserve(1)).toEqual({
      kind: 'refused',
      whose: 'user',
      untilMs: clock.now() + 86_400_000,
    });
  });

  it('lets the last call through although it may exceed it, when it is alone', async () => {
    const { spend, reserve } = aWallet();
    await spend(999);

    expect((await reserve(5_000)).kind).toBe('reserved');
  });

  it('makes a call wait while others hold what it may need, and lets it through when they needed less', async () => {
    const { wallet, reserve } = aWallet();
    const first = await reserve(800);
    let second: Reserved | undefined;
    void reserve(800).then((reserved) => {
      second = reserved;
    });
    await quiet();
    expect(second).toBeUndefined();

    if (first.kind === 'reserved') wallet.settle(first.reservation, used(100));
    await quiet();

    expect(second?.kind).toBe('reserved');
  });

  it('refuses who waited when the others spent it all', async () => {
    const { wallet, reserve } = aWallet();
    const first = await reserve(800);
    const second = reserve(800);
    await quiet();

    if (first.kind === 'reserved') wallet.settle(first.reservation, used(1_000));

    expect((await second).kind).toBe('refused');
  });

  it('ends the wait by an abort or when the caller has no more time, leaving no timer', async () => {
    const { reserve, clock } = aWallet();
    await reserve(800);
    const controller = new AbortController();

    const aborted = reserve(800, ADA, controller.signal);
    const late = reserve(800);
    await quiet();
    controller.abort();
    await clock.advance(60_000);

    expect(await aborted).toMatchObject({ kind: 'failed', failure: { kind: 'aborted' } });
    expect(await late).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } });
    expect(clock.pending).toBe(0);
  });

  it('is one for each user', async () => {
    const { spend, reserve } = aWallet();
    await spend(1_000, ADA);

    expect((await reserve(1, BOB)).kind).toBe('reserved');
  });

  it('of the house is shared by all', async () => {
    const { spend, reserve } = aWallet({ limits: { house: { costMicroUsd: 1_000 } } });
    await spend(600, ADA);
    await spend(600, BOB);

    expect(await reserve(1, ADA)).toMatchObject({ kind: 'refused', whose: 'house' });
  });

  it('starts from what the store knows, so that a restart refills nothing', async () => {
    const asked: unknown[] = [];
    const { reserve } = aWallet({
      load: (userId, day) => {
        asked.push([userId, day]);
        return Promise.resolve({ tokens: 1_000, costMicroUsd: 0 });
      },
    });

    expect((await reserve(1)).kind).toBe('refused');
    expect(asked).toEqual([[ADA, '2026-01-01']]);
  });

  it('is new on the next day', async () => {
    const { spend, reserve, clock } = aWallet();
    await spend(1_000);

    await clock.advance(86_400_000);

    expect((await reserve(1)).kind).toBe('reserved');
  });

  it('learns within a minute what another process spent', async () => {
    let stored = NOTHING;
    const { spend, reserve, clock } = aWallet({ load: () => Promise.resolve(stored) });
    await spend(10);

    stored = { tokens: 1_000, costMicroUsd: 0 };
    await clock.advance(60_000);

    expect((await reserve(1)).kind).toBe('refused');
  });

  it('asks the store once for calls that come together', async () => {
    let loads = 0;
    const { reserve } = aWallet({
      load: () => {
        loads++;
        return Promise.resolve(NOTHING);
      },
    });

    await Promise.all([reserve(1), reserve(1), reserve(1)]);

    expect(loads).toBe(1);
  });

  it('spends nothing while the store cannot be read, and recovers when it can', async () => {
    let broken = true;
    const { reserve } = aWallet({
      load: () => (broken ? Promise.reject(new Error('no connection')) : Promise.resolve(NOTHING)),
    });

    expect(await reserve(1)).toMatchObject({ kind: 'failed', failure: { kind: 'storage' } });
    broken = false;
    expect((await reserve(1)).kind).toBe('reserved');
  });

  it('is never exceeded by more than one call, in whatever order calls come and go', async () => {
    const call = fc.record({
      estimate: fc.integer({ min: 100, max: 600 }),
      percent: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 30, size: 'max' }),
        fc.infiniteStream(fc.nat(9)),
        async (plans, picks) => {
          const { wallet, reserve } = aWallet();
          let spent = 0;
          let largest = 0;
          const open: (() => void)[] = [];
          const settleOne = (): void => {
            const pick = picks.next().value ?? 0;
            open.splice(pick % Math.max(open.length, 1), 1)[0]?.();
          };
          const results = plans.map(({ estimate, percent }) =>
            reserve(estimate).then((reserved) => {
              if (reserved.kind !== 'reserved') return;
              open.push(() => {
                const cost = Math.ceil((estimate * percent) / 100);
                spent += cost;
                largest = Math.max(largest, cost);
                wallet.settle(reserved.reservation, used(cost));
              });
            }),
          );
          for (let i = 0; i < plans.length * 2; i++) {
            await quiet();
            settleOne();
          }
          await Promise.all(results);
          while (open.length > 0) settleOne();
          expect(spent).toBeLessThan(1_000 + largest);
        },
      ),
      { numRuns: 60 },
    );
  });
});
