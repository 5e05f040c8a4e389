import { afterEach, describe, expect, it } from 'vitest';
import { type Failure, failure } from '../../machines/failure.ts';
import { RunId } from '../../machines/ids.ts';
import { lateWrites } from '../../src/late-writes.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { aDataFolder } from '../support/program.ts';

let store: Store;
afterEach(() => store.close());

/** Writes that the store refuses so many times, though it is well otherwise. */
async function refusing(times: number) {
  store = await openStore({ place: { kind: 'embedded', dataDir: await aDataFolder() } });
  const clock = simulatedClock();
  const log = recordedLog();
  const late = lateWrites(store, { clock, log });
  let attempts = 0;
  const write = (): Promise<Failure | undefined> => {
    attempts += 1;
    return Promise.resolve(attempts > times ? undefined : failure('storage', 'The disk is full.'));
  };
  return { clock, log, late, write, attempts: () => attempts };
}

describe('the end of a run that the store refused', { timeout: 60_000 }, () => {
  it('is written when the store takes it again, though nobody asks anything', async () => {
    const { clock, log, late, write, attempts } = await refusing(3);

    const failed = await late.write(RunId('r1'), write);
    await clock.advance(60_000);

    expect(failed).toMatchObject({ kind: 'storage' });
    expect(attempts()).toBe(4);
    expect(log.events('info')).toEqual(['run.written_late']);
    expect(clock.pending).toBe(0);
  });

  it('is not tried any more once the store is closed', async () => {
    const { clock, late, write, attempts } = await refusing(1_000);
    await late.write(RunId('r1'), write);
    await clock.advance(2_000);

    await store.close();
    await clock.advance(60_000);

    expect(attempts()).toBe(2);
    expect(clock.pending).toBe(0);
  });
});
