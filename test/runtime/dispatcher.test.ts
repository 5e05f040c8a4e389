import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import type { Acceptance } from '../../src/runtime/dispatcher.ts';
import { quiet } from '../../src/testing/clock.ts';
import { aDispatcher, q } from '../support/a-dispatcher.ts';

describe('a dispatcher', () => {
  it('runs what it accepts', async () => {
    const { dispatcher, journal, start } = aDispatcher();
    await start();
    expect(await dispatcher.submit(q('ada1'))).toEqual({ kind: 'accepted' });
    await quiet();
    expect(journal).toEqual(['ada1']);
  });

  it('does not run what was accepted before', async () => {
    const { dispatcher, journal, start } = aDispatcher({
      accept: () => Promise.resolve({ kind: 'duplicate' }),
    });
    await start();
    expect(await dispatcher.submit(q('ada1'))).toEqual({ kind: 'duplicate' });
    await quiet();
    expect(journal).toEqual([]);
  });

  it('runs what could not be written down, and says that a crash would lose it', async () => {
    const why = failure('storage', 'The disk is full.');
    const { dispatcher, journal, log, start } = aDispatcher({
      accept: () => Promise.resolve({ kind: 'failed', failure: why }),
    });
    await start();
    expect(await dispatcher.submit(q('ada1'))).toEqual({ kind: 'undurable', failure: why });
    await quiet();
    expect(journal).toEqual(['ada1']);
    expect(log.events('warn')).toEqual(['inbox.undurable']);
  });

  it('begins the questions of a user in the order they came, however long the inbox takes', async () => {
    const slow = Promise.withResolvers<Acceptance>();
    const { dispatcher, journal, start } = aDispatcher({
      accept: ({ runId }) =>
        runId === 'ada1' ? slow.promise : Promise.resolve({ kind: 'accepted' }),
    });
    await start();
    void dispatcher.submit(q('ada1'));
    void dispatcher.submit(q('ada2'));
    void dispatcher.submit(q('bob1'));
    await quiet();
    expect(journal).toEqual(['bob1']);

    slow.resolve({ kind: 'accepted' });
    await quiet();
    expect(journal).toEqual(['bob1', 'ada1', 'ada2']);
  });

  it('holds what comes before it has started', async () => {
    const { dispatcher, journal, start } = aDispatcher();
    const submission = dispatcher.submit(q('ada1'));
    await quiet();
    expect(journal).toEqual([]);
    await start();
    expect(await submission).toEqual({ kind: 'accepted' });
    await quiet();
    expect(journal).toEqual(['ada1']);
  });

  it('is stopped when nothing it began is under way', async () => {
    const { dispatcher, end, start } = aDispatcher();
    await start();
    await dispatcher.submit(q('ada1'));
    await quiet();
    let stopped = false;
    const stop = dispatcher.stop().then(() => {
      stopped = true;
    });
    await quiet();
    expect(stopped).toBe(false);
    await end('ada1');
    await stop;
  });

  it('is not stopped while what was asked a moment before is being kept', async () => {
    const slow = Promise.withResolvers<Acceptance>();
    const { dispatcher, end, start, journal } = aDispatcher({ accept: () => slow.promise });
    await start();
    void dispatcher.submit(q('ada1'));
    let hasStopped = false;
    const stopped = dispatcher.stop().then(() => {
      hasStopped = true;
    });
    await quiet();
    expect(hasStopped).toBe(false);

    slow.resolve({ kind: 'accepted' });
    await quiet();
    expect(journal).toEqual(['ada1']);
    await end('ada1');
    await stopped;
  });

  it('stops although it never started', async () => {
    await expect(aDispatcher().dispatcher.stop()).resolves.toBeUndefined();
  });
});
