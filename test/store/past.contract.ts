import { describe, expect, it } from 'vitest';
import { ChannelId, type RunId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import { anAnswer, aQuestion, someone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about reading the past. */
export function recallsThePast(house: StoreUnderTest): void {
  describe('the past', () => {
    it('lists the sessions of a user, last touched first, each named for its first question', async () => {
      const userId = someone();
      const long = `${'word '.repeat(40)}end`;
      await house.talk(userId, ['first in a', 'second in a'], ChannelId('a'));
      await house.talk(userId, [long, 'x', 'y'], ChannelId('b'));

      const sessions = await house.store().sessions({ userId }, { limit: 5 });

      expect(sessions.map(({ channelId, title }) => [channelId, title])).toEqual([
        ['b', `${'word '.repeat(15)}word…`],
        ['a', 'first in a'],
      ]);
      expect(sessions[0]?.touchedAt).toBeGreaterThanOrEqual(Date.UTC(2026, 4, 1, 12, 2));
    });

    it('turns the pages of a conversation backwards without losing or repeating a run', async () => {
      const userId = someone();
      const channelId = ChannelId('general');
      const at = Date.UTC(2026, 4, 1);
      // All end in the same millisecond: the worst case for a page boundary.
      for (let n = 0; n < 7; n++) await house.answered(aQuestion({ userId, at, text: `${n}` }));

      const seen: string[][] = [];
      let before: RunId | undefined;
      for (;;) {
        const page = await house.store().conversation({ userId }, channelId, {
          limit: 3,
          ...(before && { before }),
        });
        if (page[0] === undefined) break;
        before = page[0].runId;
        seen.unshift(page.map(({ question }) => question));
      }

      expect(seen.map((page) => page.length)).toEqual([1, 3, 3]);
      expect(new Set(seen.flat()).size).toBe(7);
    });

    it('finds runs by any word of a sentence, in question or answer, the better match first', async () => {
      const userId = someone();
      await house.answered(aQuestion({ userId, text: 'My dog is called Rex' }), anAnswer('Nice.'));
      await house.answered(
        aQuestion({ userId, text: 'And my cat?' }),
        anAnswer('Cats and a dog, then.'),
      );
      await house.answered(aQuestion({ userId, text: 'The weather' }), anAnswer('Rain.'));

      const found = await house
        .store()
        .searchRuns({ userId }, { query: 'what was the name of the dogs, "Rex" & co?', limit: 5 });

      expect(found.map(({ question }) => question)).toEqual([
        'My dog is called Rex',
        'And my cat?',
      ]);
    });

    it('puts the newer of two equal matches first and keeps to a channel when told to', async () => {
      const userId = someone();
      await house.talk(userId, ['apples, once', 'apples, twice']);
      await house.talk(userId, ['apples here'], ChannelId('other'));
      const search = { query: 'apples', limit: 5, channelId: ChannelId('general') };

      const found = await house.store().searchRuns({ userId }, search);

      expect(found.map(({ question }) => question)).toEqual(['apples, twice', 'apples, once']);
    });

    it('finds nothing for a query without a word to look for', async () => {
      const userId = someone();
      await house.talk(userId, ['the']);

      const found = await Promise.all(
        ['', '???', 'the', "'; drop table agent_runs; --", ' & | ! ( '].map((query) =>
          house.store().searchRuns({ userId }, { query, limit: 5 }),
        ),
      );

      expect(found).toEqual([[], [], [], [], []]);
    });

    it('shows nobody what is another user’s', async () => {
      const [mine, theirs] = [someone(), someone()];
      await house.talk(theirs, ['secret plans']);
      const [run] = await house.store().conversation({ userId: theirs }, ChannelId('general'), {
        limit: 1,
      });
      await house.talk(mine, ['public']);

      const page = await house.store().conversation({ userId: mine }, ChannelId('general'), {
        limit: 9,
        ...(run && { before: run.runId }),
      });
      const found = await house
        .store()
        .searchRuns({ userId: mine }, { query: 'secret plans', limit: 9 });

      expect(page).toEqual([]);
      expect(found).toEqual([]);
      expect(await house.store().sessions({ userId: mine }, { limit: 9 })).toHaveLength(1);
    });

    describe('searched in every channel', () => {
      const search = { query: 'zebra', limit: 9 };
      /** Somebody who spoke of zebras in private, in two channels of a server, and asks in one of them or in private. */
      const aTalker = async (audience: Question['audience'], allows = false) => {
        const userId = someone();
        const say = (
          channel: string,
          among: Question['audience'],
          text = `zebra in ${channel}`,
        ) => {
          const channelId = ChannelId(channel);
          const asked = aQuestion({ userId, channelId, text, ...(among && { audience: among }) });
          return house.answered(asked).then(() => asked);
        };
        await say('private', 'asker');
        await say('hall', 'others');
        await say('board', 'others');
        await house.store().memories.set({ userId }, { enabled: true, directEverywhere: allows });
        const { runId } = await say('hall', audience, 'And now?');
        const readers = { runId, channels: [ChannelId('hall')] };
        const found = await house.store().searchRuns({ userId }, { ...search, readers });
        return found.map(({ channelId }) => channelId).sort();
      };

      it('shows all of it to its owner alone', async () => {
        expect(await aTalker('asker')).toEqual(['board', 'hall', 'private']);
      });

      it('shows where others read along only what was said before them all', async () => {
        expect(await aTalker('others')).toEqual(['hall']);
      });

      it('shows what was said in private there, too, when its owner allows it', async () => {
        expect(await aTalker('others', true)).toEqual(['hall', 'private']);
      });

      it('takes a run that is not the asker’s own for one before others', async () => {
        const [userId, stranger] = [someone(), aQuestion({ audience: 'asker' })];
        await house.answered(stranger);
        await house.answered(aQuestion({ userId, text: 'zebra', audience: 'asker' }));
        const readers = { runId: stranger.runId, channels: [] };

        expect(await house.store().searchRuns({ userId }, { ...search, readers })).toEqual([]);
      });
    });
  });
}
