import { describe, expect, it } from 'vitest';
import { RunId } from '../../machines/ids.ts';
import { aQuestion, someone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

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
        questions.map((question) => ({ question, attempt: 0 })),
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

      await house.store().inbox.finish({ ...question, userId: someone() });
      const before = await house.unfinishedOf(question.userId);
      await house.store().inbox.finish(question);

      expect(before).toEqual([question.runId]);
      expect(await house.unfinishedOf(question.userId)).toEqual([]);
    });

    it('counts the attempts at an unfinished question', async () => {
      const question = aQuestion();
      await house.store().inbox.accept(question);

      const counted = [
        await house.store().inbox.bumpAttempt(question, question.runId),
        await house.store().inbox.bumpAttempt(question, question.runId),
      ];

      expect(counted).toEqual([1, 2]);
      await expect(house.store().inbox.bumpAttempt(question, RunId('never'))).rejects.toMatchObject(
        {
          failure: { kind: 'unknown' },
        },
      );
    });
  });
}
