import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { RunId } from '../../machines/ids.ts';
import type { RunOutcome } from '../../machines/question.ts';
import type { Tries } from '../../src/shared/tries.ts';
import { aQuestion, aRun, aStep, someone, untilDone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const FRESH = { inAll: 0, inVain: 0 };
const REFUSED: RunOutcome = { kind: 'refused', refusal: { kind: 'house_full' } };
const endings: readonly { readonly name: string; readonly outcome: RunOutcome }[] = [
  { name: 'was refused', outcome: REFUSED },
  { name: 'was cancelled while it waited', outcome: { kind: 'cancelled', usage: NO_USAGE } },
  {
    name: 'was given up',
    outcome: { kind: 'failed', failure: failure('poisonous', 'Too often.'), usage: NO_USAGE },
  },
];

/** What every store promises about accepted questions. */
export function keepsInbox(house: StoreUnderTest): void {
  describe('the inbox', () => {
    it('accepts a question once and tells its duplicates', async () => {
      const question = aQuestion();

      const told = await Promise.all([1, 2, 3].map(() => house.store().inbox.accept(question)));

      expect(told.sort()).toEqual(['accepted', 'duplicate', 'duplicate']);
    });

    it('tells a duplicate even after the question was answered', async () => {
      const question = aQuestion();
      await house.answered(question);

      expect(await house.store().inbox.accept(question)).toBe('duplicate');
    });

    it('gives back what is unfinished in the order of acceptance, whatever the clock said', async () => {
      const userId = someone();
      const questions = [5, 5, 3, 4].map((at) => aQuestion({ userId, at, from: 'Ada' }));
      for (const question of questions) await house.store().inbox.accept(question);

      const found = await house.store().inbox.unfinished(1_000);

      expect(found.filter(({ question }) => question.userId === userId)).toEqual(
        questions.map((question) => ({ question, tries: FRESH })),
      );
    });

    it('gives back no more than it was asked for', async () => {
      for (let n = 0; n < 3; n++) await house.store().inbox.accept(aQuestion());

      expect(await house.store().inbox.unfinished(2)).toHaveLength(2);
    });

    it('forgets a question when its run has ended', async () => {
      const question = aQuestion();

      await house.answered(question);

      expect(await house.unfinishedOf(question.userId)).toEqual([]);
    });

    it('forgets a question that ended without a run, for its own user only', async () => {
      const question = aQuestion();
      await house.store().inbox.accept(question);

      await house.store().inbox.finish({ ...question, userId: someone() }, { outcome: REFUSED });
      const before = await house.unfinishedOf(question.userId);
      await house.store().inbox.finish(question, { outcome: REFUSED });

      expect(before).toEqual([question.runId]);
      expect(await house.unfinishedOf(question.userId)).toEqual([]);
    });

    it('claims nothing that this process has itself', async () => {
      const question = aQuestion();
      await house.store().inbox.accept(question);

      const { userId } = question;
      expect(await house.store().inbox.claim({ limit: 10, userId })).toEqual([]);
    });

    it('lets what was given back be claimed: oldest first, so many, one user’s, and each once', async () => {
      const userId = someone();
      const questions = [5, 3, 4].map((at) => aQuestion({ userId, at }));
      for (const question of questions) await house.store().inbox.accept(question);
      await house.store().inbox.accept(aQuestion());

      expect(await house.store().inbox.leave()).toBe('left');
      const two = await house.store().inbox.claim({ limit: 2, userId });
      const others = await house.store().inbox.claim({ limit: 2, userId });

      expect([...two, ...others]).toEqual(
        questions.map((question) => ({ question, tries: FRESH, isUntouched: true })),
      );
      expect(two).toHaveLength(2);
    });

    it('says of what it gives whether any of it was done or shown', async () => {
      const userId = someone();
      const [fresh, worked, shown] = [1, 2, 3].map((at) => aQuestion({ userId, at }));
      if (!(fresh && worked && shown)) throw new Error('There are three.');
      const { inbox, runs, discordDrafts } = house.store();
      for (const question of [fresh, worked, shown]) await inbox.accept(question);
      await runs.begin(aRun(worked), worked, untilDone);
      await runs.record(aStep(worked), untilDone);
      await discordDrafts.keep(shown, { messageId: '7', isAnswer: false });
      await inbox.leave();

      const claimed = await inbox.claim({ limit: 9, userId });

      expect(claimed.map(({ isUntouched }) => isUntouched)).toEqual([true, false, false]);
    });

    it('claims nothing when it is asked for nothing', async () => {
      const question = aQuestion();
      await house.store().inbox.accept(question);
      await house.store().inbox.leave();

      expect(await house.store().inbox.claim({ limit: 0 })).toEqual([]);
      expect(await house.unfinishedOf(question.userId)).toEqual([question.runId]);
    });

    it.each(endings)('shows a question that $name in its conversation', async ({ outcome }) => {
      const question = aQuestion({ from: 'Ada' });
      await house.store().inbox.accept(question);
      await house.store().runs.begin(aRun(question, 3), question, untilDone);

      await house.store().inbox.finish(question, { outcome });

      const { userId, channelId } = question;
      const page = await house.store().conversation({ userId }, channelId, { limit: 9 });
      expect(page).toMatchObject([{ runId: question.runId, question: question.text, outcome }]);
      expect(await house.store().sessions({ userId }, { limit: 9 })).toHaveLength(1);
      expect(await house.historyFor(aQuestion({ userId }))).toEqual([]);
    });

    it('leaves an answer as it is when its question is finished after all', async () => {
      const question = aQuestion();
      await house.answered(question);

      await house.store().inbox.finish(question, { outcome: REFUSED });

      const page = await house.store().conversation(question, question.channelId, { limit: 9 });
      expect(page).toMatchObject([{ outcome: { text: '84' } }]);
    });

    it('counts the tries of a question, once each, and those in vain from where its run last got further', async () => {
      const question = aQuestion();
      const { userId, runId } = question;
      const { inbox, runs } = house.store();
      const claimed = async (): Promise<Tries> => {
        const found = await inbox.unfinished(1_000);
        return found.find((one) => one.question.runId === runId)?.tries ?? FRESH;
      };
      const tryAgain = async (steps: number): Promise<Tries> => {
        const before = await claimed();
        await inbox.countTry({ userId }, { runId, before });
        // As the connection does when it broke.
        await inbox.countTry({ userId }, { runId, before });
        await runs.begin(aRun(question), question, untilDone);
        for (let n = 1; n <= steps; n++) {
          await runs.record(aStep(question, { stepKey: `leader/${n}` }), untilDone);
        }
        return await claimed();
      };
      await inbox.accept(question);

      const told = [];
      for (const steps of [0, 0, 1, 1, 3]) told.push(await tryAgain(steps));

      expect(told).toEqual([
        { inAll: 1, inVain: 1 },
        { inAll: 2, inVain: 2 },
        { inAll: 3, inVain: 0 },
        { inAll: 4, inVain: 1 },
        { inAll: 5, inVain: 0 },
      ]);
      const none = { runId: RunId('never'), before: FRESH };
      await expect(inbox.countTry({ userId }, none)).rejects.toMatchObject({
        failure: { kind: 'unknown' },
      });
    });

    it('takes back the try of a question that is given back, and only the try of this life', async () => {
      const question = aQuestion();
      const { userId, runId } = question;
      const { inbox } = house.store();
      const nextLife = async (): Promise<Tries> => {
        await inbox.leave();
        const [found] = await inbox.claim({ limit: 1, userId });
        return found?.tries ?? { inAll: -1, inVain: -1 };
      };
      await inbox.accept(question);
      const afterDeaths = { inAll: 1, inVain: 1 };
      await inbox.countTry({ userId }, { runId, before: afterDeaths });

      const told = [];
      for (let life = 0; life < 3; life++) {
        const before = await nextLife();
        told.push(before);
        await inbox.countTry({ userId }, { runId, before });
      }
      // Given back, and claimed and given back without a try.
      told.push(await nextLife(), await nextLife());

      expect(told).toEqual(told.map(() => afterDeaths));
    });
  });
}
