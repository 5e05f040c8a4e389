import { describe, expect, it } from 'vitest';
import { quiet } from '../../src/testing/clock.ts';
import { aDispatcher, left, q } from '../support/a-dispatcher.ts';

describe('a question of an earlier life whose turn has not come', () => {
  const four = ['ada1', 'bob1', 'cyd1', 'dee1'].map((name) => left(name));

  it.each(['before the house closes', 'while it closes'])(
    'is over when its asker stops it %s: the next life does not answer it',
    async (when) => {
      const { dispatcher, journal, finished, end, start } = aDispatcher({ unfinished: four });
      const cancel = () => dispatcher.signal({ type: 'cancel', userId: q('dee1').userId });
      await start();
      await quiet();
      if (when === 'before the house closes') cancel();
      const stop = dispatcher.stop();
      await quiet();
      if (when === 'while it closes') cancel();
      for (const name of ['ada1', 'bob1', 'cyd1']) await end(name);
      await stop;

      expect(journal.slice(6)).toEqual(['finish dee1']);
      expect(finished).toMatchObject([{ kind: 'cancelled' }]);
    },
  );

  it('ends as stopped, and not as too old, when its asker stops it', async () => {
    const unfinished = [...four.slice(0, 3), { ...left('dee1'), isUntouched: true }];
    const lapsing: string[] = [];
    const { dispatcher, journal, finished, end, start } = aDispatcher({
      unfinished,
      lapse: ({ runId }) => {
        lapsing.push(runId);
        return Promise.resolve(true);
      },
    });
    await start();
    await quiet();
    dispatcher.signal({ type: 'cancel', userId: q('dee1').userId });

    await end('ada1');

    expect(journal.slice(6)).toEqual(['finish dee1']);
    expect(finished).toMatchObject([{ kind: 'cancelled' }]);
    expect(lapsing).toEqual([]);
  });
});
