import { describe, expect, it } from 'vitest';
import { anAnswer, aQuestion, aRecord, aRun, aStep, untilDone } from '../support/store-builders.ts';
import { aMessage, aPlatform, outboxOf } from './outbox-kit.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** Before anything that the other contracts write. */
const LONG_AGO = Date.UTC(2020, 0, 1);
const NEXT_DAY = LONG_AGO + 24 * 60 * 60_000;

/** What every store promises about what is over. */
export function keepsForAWhile(house: StoreUnderTest): void {
  const { pending } = outboxOf(house);
  const sweep = (before: number, limit = 1_000) => house.store().retention.sweep({ before, limit });

  describe('what is over', () => {
    it('is deleted when it is old enough, and what is not over never is', async () => {
      await sweep(NEXT_DAY);
      const { inbox, runs } = house.store();
      const ended = aQuestion({ at: LONG_AGO });
      const underway = aQuestion({ at: LONG_AGO });
      for (const question of [ended, underway]) {
        await inbox.accept(question);
        await runs.begin(aRun(question), question, untilDone);
        await runs.record(aStep(question), untilDone);
      }
      await runs.end(aRecord(ended, anAnswer('84')), untilDone);

      const early = await sweep(LONG_AGO);
      // The row of the question, and the step of its run.
      const late = await sweep(NEXT_DAY);

      expect([early, late]).toEqual([0, 2]);
      expect(await house.unfinishedOf(underway.userId)).toEqual([underway.runId]);
      const again = await runs.begin(aRun(underway, 2), underway, untilDone);
      expect(again).toMatchObject({ kind: 'begun', steps: [{ stepKey: 'leader/1' }] });
      const page = await house.store().conversation(ended, ended.channelId, { limit: 9 });
      expect(page).toMatchObject([{ outcome: { text: '84' } }]);
    });

    it('is deleted a little at a time', async () => {
      await sweep(NEXT_DAY);
      for (let n = 0; n < 3; n++) await house.answered(aQuestion({ at: LONG_AGO }));

      expect([
        await sweep(NEXT_DAY, 2),
        await sweep(NEXT_DAY, 2),
        await sweep(NEXT_DAY, 2),
      ]).toEqual([2, 1, 0]);
    });

    it('includes parts of answers that have left, and none that wait', async () => {
      await sweep(NEXT_DAY);
      const platform = aPlatform();
      const question = aMessage(platform, { at: LONG_AGO });
      await house.store().inbox.accept(question);
      const record = aRecord(question, anAnswer('84'));
      await house.store().runs.end({ ...record, parts: ['one', 'two'] }, untilDone);
      await house.store().outbox.sent({ messageId: question.runId, part: 0 }, 'p1');

      // The row of the question, and its first part.
      expect(await sweep(NEXT_DAY)).toBe(2);
      expect(await pending(platform)).toMatchObject([{ part: 1, content: 'two' }]);
    });

    it('includes where drafts stood, but not the draft of an answer that is still on its way', async () => {
      const drafts = house.store().discordDrafts;
      const [said, sent, asked] = await Promise.all(
        ['said', 'sent', 'asked'].map(async (messageId) => {
          const question = aMessage(aPlatform(), { at: LONG_AGO });
          await house.store().inbox.accept(question);
          await drafts.keep(question, { messageId, isAnswer: false });
          if (messageId === 'asked') return question;
          const record = { ...aRecord(question, anAnswer('84')), parts: ['84'] };
          await house.store().runs.end(record, untilDone);
          if (messageId === 'said') {
            await house.store().outbox.sent({ messageId: question.runId, part: 0 }, 'p1');
          }
          return question;
        }),
      );

      await sweep(Date.now() + NEXT_DAY - LONG_AGO);

      const found = await Promise.all(
        [said, sent, asked].map((question) => drafts.find(question?.runId ?? '')),
      );
      expect(found.map((one) => one.kind === 'read' && one.draft?.messageId)).toEqual([
        undefined,
        'sent',
        'asked',
      ]);
    });
  });
}
