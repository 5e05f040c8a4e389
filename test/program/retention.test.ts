import { expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { startRetention } from '../../src/retention-house.ts';
import type { Retention } from '../../src/store/retention.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A retention that finds so many rows in each sweep; an error in place of a number is thrown. */
function aRetention(finds: readonly (number | Error)[], days = 30) {
  const clock = simulatedClock();
  const log = recordedLog();
  const start = clock.now();
  const sweeps: { readonly afterMs: number; readonly keptMs: number }[] = [];
  const sweep: Retention['sweep'] = async ({ before }) => {
    const found = finds[sweeps.length] ?? 0;
    sweeps.push({ afterMs: clock.now() - start, keptMs: clock.now() - before });
    if (found instanceof Error) throw found;
    return found;
  };
  const running = startRetention({ what: 'over', sweep, days, clock, log });
  return { clock, log, sweeps, running };
}

const timesOf = ({ sweeps }: ReturnType<typeof aRetention>) => sweeps.map(({ afterMs }) => afterMs);

it('sweeps a minute after the start and then every hour, goes on at once while there is much, and ends', async () => {
  const one = aRetention([1_500, 700, 3]);

  await one.clock.advance(2 * 60 * 60_000);
  await one.running.close();

  expect(timesOf(one)).toEqual([60_000, 61_000, 62_000, 3_662_000]);
  expect(one.sweeps[0]?.keptMs).toBe(30 * DAY_MS);
  expect(one.clock.pending).toBe(0);
});

it('tries again in an hour when the store cannot be written', async () => {
  const one = aRetention([new StoreError(failure('storage', 'Away.'), 'connection')]);

  await one.clock.advance(61 * 60_000);
  await one.running.close();

  expect(timesOf(one)).toEqual([60_000, 3_660_000]);
  expect(one.log.events('warn')).toEqual(['retention.not_swept']);
});

it('keeps everything when it is told to keep it for no number of days', async () => {
  const one = aRetention([], 0);

  await one.clock.advance(2 * DAY_MS);

  expect(one.sweeps).toEqual([]);
  expect(one.clock.pending).toBe(0);
});
