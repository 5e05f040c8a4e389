import { describe, expect, it } from 'vitest';
import { quiet } from '../../src/testing/clock.ts';
import { aDispatcher, left, q } from '../support/a-dispatcher.ts';

const FOUR = ['ada1', 'bob1', 'cyd1', 'dee1'];

describe('a last try', () => {
  it('has nothing of an earlier life beside it, not even what goes before a new question', async () => {
    const unfinished = [left('bad1', 1)];
    const { dispatcher, journal, clock, end, start } = aDispatcher({ unfinished });
    await start();
    unfinished.push(left('eve1'));
    await clock.advance(10_000);

    const submitted = dispatcher.submit(q('eve2'));
    await quiet();
    const beside = [...journal];
    await end('bad1');
    await submitted;

    expect(beside).toEqual(['count bad1', 'bad1']);
    expect(journal.slice(2)).toEqual(['count eve1', 'eve1', 'eve2']);
    void dispatcher.stop();
  });

  it('begins only when what goes before a new question has begun and has ended', async () => {
    const counted = Promise.withResolvers<void>();
    const { dispatcher, journal, clock, end, start } = aDispatcher({
      unfinished: [...FOUR.map((name) => left(name)), left('eve1'), left('bad1', 1)],
      counting: ({ runId }) => (runId === 'eve1' ? counted.promise : Promise.resolve()),
    });
    await start();
    await clock.advance(5_000);
    void dispatcher.submit(q('eve2'));
    await quiet();
    for (const name of FOUR) await end(name);
    const before = [...journal];
    counted.resolve();
    await quiet();
    await end('eve1');
    await end('eve2');

    expect(before).not.toContain('count bad1');
    expect(journal.slice(-3)).toEqual(['eve1', 'count bad1', 'bad1']);
    void dispatcher.stop();
  });
});

describe('a question that processes have died with, a little later each time', () => {
  it('has nothing beside it that goes before a new question', async () => {
    const unfinished = [left('bad1', 1, 0)];
    const { dispatcher, journal, clock, end, start } = aDispatcher({ unfinished });
    await start();
    await quiet();
    unfinished.push(left('eve1'));
    await clock.advance(5_000);

    void dispatcher.submit(q('eve2'));
    await dispatcher.submit(q('fay1'));
    expect(journal).toEqual(['count bad1', 'bad1', 'fay1']);

    await end('bad1');
    expect(journal.slice(3)).toEqual(['count eve1', 'eve1', 'eve2']);
    void dispatcher.stop();
  });

  it('begins when what goes before a new question has ended', async () => {
    const counted = Promise.withResolvers<void>();
    const { dispatcher, journal, end, start } = aDispatcher({
      unfinished: [...FOUR.map((name) => left(name)), left('bad1', 1, 0), left('eve1')],
      counting: ({ runId }) => (runId === 'eve1' ? counted.promise : Promise.resolve()),
    });
    await start();
    void dispatcher.submit(q('eve2'));
    await quiet();
    for (const name of FOUR) await end(name);
    counted.resolve();
    await quiet();
    expect(journal).toContain('eve1');
    expect(journal).not.toContain('count bad1');

    await end('eve1');
    expect(journal.slice(-2)).toEqual(['count bad1', 'bad1']);
    void dispatcher.stop();
  });
});
