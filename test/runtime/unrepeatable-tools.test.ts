import { describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import { aHouse } from '../../src/testing/a-house.ts';
import { bug, say, use } from '../../src/testing/scripts.ts';
import {
  aLife,
  askThroughCrash,
  inTurns,
  lastShown,
  notedTools,
  usedIn,
} from '../support/a-journaled-house.ts';
import { keptRuns } from '../support/kept-runs.ts';

describe('a tool that must not be run twice', () => {
  const SENDS = [use('send', { to: 'bob' }), say('Sent.')];

  it('is announced in the journal before it runs, and its result takes the place of that', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns(SENDS));
    let usedBefore: readonly string[] | undefined;
    kept.onRecord = ({ kind }) => {
      if (kind === 'intent') usedBefore = usedIn(life);
    };

    await askThroughCrash(life);

    expect(usedBefore).toEqual([]);
    expect(kept.written).toEqual([
      'model leader/1',
      'intent leader/1/0',
      'tool leader/1/0',
      'model leader/2',
    ]);
    expect(kept.steps.get('leader/1/0')?.kind).toBe('tool');
    await life.house.close();
  });

  it('is not run again when its result is known: that is given', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns(SENDS, { 'leader/2 1': bug('once') }));

    expect(await askThroughCrash(life)).toMatchObject({ kind: 'answered', text: 'Sent.' });

    expect(usedIn(life)).toEqual(['send leader/1/0']);
    expect(lastShown(life)).toBe('send is done.');
    await life.house.close();
  });

  it('is not run again when nobody knows how it ended: the model is told that it may have happened', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns(SENDS));
    let isFirst = true;
    kept.onRecord = ({ kind }) => {
      if (kind === 'tool' && isFirst) {
        isFirst = false;
        throw new Error('a bug between the deed and its record');
      }
    };

    expect(await askThroughCrash(life)).toMatchObject({ kind: 'answered' });

    expect(usedIn(life)).toEqual(['send leader/1/0']);
    expect(lastShown(life)).toContain('send was not run again');
    expect(lastShown(life)).toContain('may have happened');
    await life.house.close();
  });

  it('is not run again in other words either', async () => {
    const kept = keptRuns();
    const first = await aLife(kept, inTurns(SENDS));
    kept.refuse('storage');
    await first.house.ask('ada1');
    await first.house.close();

    const second = await aLife(kept, inTurns([use('send', { to: 'Bob!' }), say('Sent.')]));
    const run = await second.house.ask('ada1');

    expect(run.outcome).toMatchObject({ kind: 'answered' });
    expect(usedIn(second)).toEqual([]);
    expect(lastShown(second)).toContain('may have happened');
    await second.house.close();
  });

  it('is not run when that cannot be announced, and the run goes on', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns(SENDS));
    kept.refuse('ok', 'storage');

    expect(await askThroughCrash(life)).toMatchObject({ kind: 'answered' });

    expect(usedIn(life)).toEqual([]);
    expect(lastShown(life)).toContain('Error (storage)');
    await life.house.close();
  });

  it('is not run when nobody knows whether it was before', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns(SENDS));
    kept.failNextBegin();

    expect(await askThroughCrash(life)).toMatchObject({ kind: 'answered' });

    expect(usedIn(life)).toEqual([]);
    expect(lastShown(life)).toContain('Error (storage)');
    await life.house.close();
  });

  it('is not run for somebody who takes the question back while it is announced', async () => {
    const kept = keptRuns();
    const life = await aLife(kept, inTurns(SENDS));
    const { promise, resolve } = Promise.withResolvers<void>();
    kept.onRecord = ({ kind }) => (kind === 'intent' ? promise : undefined);
    const run = await life.house.ask('ada1');

    life.house.runtime.signal({ type: 'cancel', userId: UserId('ada') });
    resolve();
    await life.house.pass(0);

    expect(run.outcome).toMatchObject({ kind: 'cancelled' });
    expect(usedIn(life)).toEqual([]);
    await life.house.close();
  });

  it('needs no announcement where nothing is kept', async () => {
    const tools = notedTools();
    const house = await aHouse({ script: inTurns(SENDS), tools });

    const run = await house.ask('ada1');

    expect(run.outcome).toMatchObject({ kind: 'answered', text: 'Sent.' });
    expect(tools.runs).toHaveLength(1);
    await house.close();
  });
});
