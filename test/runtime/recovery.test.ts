import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import type { Unfinished } from '../../src/runtime/dispatcher.ts';
import { quiet } from '../../src/testing/clock.ts';
import { aDispatcher, left, q } from '../support/a-dispatcher.ts';
import { claimsOf } from '../support/claims.ts';

describe('recovery', () => {
  const four = ['ada1', 'bob1', 'cyd1', 'dee1'].map((name) => left(name));

  it('runs the unfinished oldest first, three at a time, each try counted before', async () => {
    const { journal, end, start } = aDispatcher({ unfinished: four });
    await start();
    await quiet();
    expect([...journal].sort()).toEqual(
      ['ada1', 'bob1', 'count ada1', 'count bob1', 'count cyd1', 'cyd1'].sort(),
    );
    expect(journal.indexOf('count ada1')).toBeLessThan(journal.indexOf('ada1'));

    await end('bob1');
    expect(journal.slice(-2)).toEqual(['count dee1', 'dee1']);
  });

  it('gives up a question that the process has died with too often, and closes it', async () => {
    const { journal, finished, log, start } = aDispatcher({ unfinished: [left('ada1', 2)] });
    await start();
    await quiet();
    expect(journal).toEqual(['finish ada1']);
    expect(finished).toMatchObject([{ kind: 'failed', failure: { kind: 'poisonous' } }]);
    expect(log.events('error')).toEqual(['inbox.given_up']);
  });

  it('lets a new question of the same user wait behind the old ones', async () => {
    const unfinished = [...four, left('ada2'), left('eve1')];
    const { dispatcher, journal, start } = aDispatcher({ unfinished });
    await start();
    await quiet();
    await dispatcher.submit(q('eve2'));
    await quiet();
    expect(journal.filter((line) => line.startsWith('eve'))).toEqual(['eve1', 'eve2']);
    expect(journal).not.toContain('ada2');
  });

  it('does not hold up the new questions of others', async () => {
    const { dispatcher, journal, start } = aDispatcher({ unfinished: four });
    await start();
    await dispatcher.submit(q('eve1'));
    await quiet();
    expect(journal).toContain('eve1');
  });

  it('runs a question once that comes while the inbox is being read', async () => {
    const kept: Unfinished[] = [];
    const read = Promise.withResolvers<void>();
    const { dispatcher, journal, start } = aDispatcher({
      unfinished: kept,
      read: read.promise,
      accept: (question) => {
        kept.push({ question, tries: { inAll: 0, inVain: 0 } });
        return Promise.resolve({ kind: 'accepted' });
      },
    });
    const started = start();
    const submission = dispatcher.submit(q('ada1'));
    await quiet();
    read.resolve();
    await Promise.all([started, submission]);
    await quiet();
    expect(journal).toEqual(['ada1']);
  });

  it('goes on page after page until nothing is left, however much there is', async () => {
    const unfinished = Array.from({ length: 1_203 }, (_, n) => left(`user${n}x1`));
    const { dispatcher, journal, until, start } = aDispatcher({ unfinished, endsAtOnce: true });
    await start();

    await until(() => journal.length === 2 * 1_203);

    expect(journal.at(-1)).toBe('user1202x1');
    await dispatcher.stop();
  });

  it('takes up what another process leaves later', async () => {
    const unfinished: Unfinished[] = [];
    const { dispatcher, journal, clock, start } = aDispatcher({ unfinished });
    await start();
    await quiet();
    unfinished.push(left('ada1'));

    await clock.advance(5_000);

    expect(journal).toEqual(['count ada1', 'ada1']);
    void dispatcher.stop();
  });

  it('says that it lives every five seconds, and looks again when the inbox could not be read', async () => {
    let looks = 0;
    const { dispatcher, log, clock, start } = aDispatcher({
      claim: () => {
        looks += 1;
        return Promise.resolve({ kind: 'failed', failure: failure('storage', 'Away.') });
      },
    });
    await start();
    await clock.advance(20_000);

    expect(looks).toBe(5);
    expect(log.events('warn')).toHaveLength(5);
    await dispatcher.stop();
    expect(clock.pending).toBe(0);
  });

  it('says that it lives until what is under way has ended, also while it is being stopped', async () => {
    const limits: number[] = [];
    const { dispatcher, clock, end, start } = aDispatcher({
      claim: ({ limit }) => {
        limits.push(limit);
        return Promise.resolve({ kind: 'claimed', questions: [] });
      },
    });
    await start();
    await dispatcher.submit(q('ada1'));
    const stopped = dispatcher.stop();

    await clock.advance(15_000);
    expect(limits).toEqual([100, 0, 0, 0]);

    await end('ada1');
    await stopped;
    expect(clock.pending).toBe(0);
  });

  it('takes up all that a user has left before what the same user asks now, claimed or not', async () => {
    const unfinished = [...Array.from({ length: 150 }, (_, n) => left(`user${n}x1`)), left('ada1')];
    const { dispatcher, journal, start } = aDispatcher({ unfinished });
    await start();
    await dispatcher.submit(q('ada2'));
    await quiet();

    expect(journal.filter((line) => line.startsWith('ada'))).toEqual(['ada1', 'ada2']);
  });

  it('runs a question beside no other of an earlier life when the process died with it before', async () => {
    const unfinished = [left('ada1'), left('bob1', 1, 0), left('cyd1')];
    const { dispatcher, journal, end, start } = aDispatcher({ unfinished });
    await start();
    await dispatcher.submit(q('eve1'));
    await quiet();
    expect(journal).toEqual(['count ada1', 'ada1', 'eve1']);

    await end('ada1');
    expect(journal.slice(3)).toEqual(['count bob1', 'bob1']);
    await end('bob1');
    expect(journal.slice(5)).toEqual(['count cyd1', 'cyd1']);
  });

  it.each([
    { after: 'a try in vain', last: left('bob1', 5, 1) },
    { after: 'eight tries, however far it came', last: left('bob1', 8, 0) },
  ])(
    'runs a question beside nothing at all after $after, then what came meanwhile',
    async ({ last }) => {
      const { dispatcher, journal, clock, end, start } = aDispatcher({ unfinished: [last] });
      await start();
      await clock.advance(5_000);
      void dispatcher.submit(q('eve1'));
      await quiet();
      expect(journal).toEqual(['count bob1', 'bob1']);

      await end('bob1');
      expect(journal.at(-1)).toBe('eve1');
    },
  );

  it('begins a last try when the house has stood for five seconds, and holds up nobody but its user till then', async () => {
    const unfinished = [left('bob1', 1), left('bob2'), left('cyd1')];
    const { dispatcher, journal, clock, end, start } = aDispatcher({ unfinished });
    await start();
    await dispatcher.submit(q('eve1'));
    await clock.advance(4_999);
    expect(journal).toEqual(['count cyd1', 'cyd1', 'eve1']);

    for (const name of ['cyd1', 'eve1']) await end(name);
    await clock.advance(1);
    expect(journal.slice(3)).toEqual(['count bob1', 'bob1']);
    await end('bob1');
    expect(journal.slice(5)).toEqual(['count bob2', 'bob2']);
  });

  it('does not look for more as long as nothing of a full page may begin', async () => {
    let looks = 0;
    const claim = claimsOf(Array.from({ length: 150 }, (_, n) => left(`user${n}x1`, 1)));
    const { dispatcher, journal, clock, start } = aDispatcher({
      claim: (page) => {
        looks += 1;
        return claim(page);
      },
    });
    await start();
    await quiet();
    expect([looks, journal]).toEqual([1, []]);
    await clock.advance(5_000);
    expect(journal).toEqual(['count user0x1', 'user0x1']);
    void dispatcher.stop();
  });

  it('tries no more often a question that came a little further each time', async () => {
    const { finished, start } = aDispatcher({ unfinished: [left('ada1', 9, 0)] });
    await start();
    await quiet();
    expect(finished).toMatchObject([{ kind: 'failed', failure: { kind: 'poisonous' } }]);
  });

  it('has stopped only when no try is being counted any more, and begins none of these', async () => {
    const counted = Promise.withResolvers<void>();
    const { dispatcher, journal, end, start } = aDispatcher({
      unfinished: [...four, left('eve1')],
      counting: ({ runId }) => (runId === 'eve1' ? counted.promise : Promise.resolve()),
    });
    await start();
    await quiet();
    const submitted = dispatcher.submit(q('eve2'));
    await quiet();
    const stop = dispatcher.stop().then(() => journal.push('stopped'));
    for (const name of ['ada1', 'bob1', 'cyd1', 'eve2']) await end(name);
    const before = [...journal];
    counted.resolve();
    await submitted;
    await end('eve2');
    await stop;

    expect(before).toContain('count eve1');
    expect(before).not.toContain('stopped');
    expect(journal).not.toContain('eve1');
  });

  it('leaves in the inbox what it has not begun when it is stopped', async () => {
    const { dispatcher, journal, end, start } = aDispatcher({ unfinished: four });
    await start();
    await quiet();
    const stop = dispatcher.stop();
    for (const name of ['ada1', 'bob1', 'cyd1']) await end(name);
    await stop;
    await quiet();
    expect(journal).not.toContain('dee1');
    expect(journal).not.toContain('finish dee1');
  });
});
