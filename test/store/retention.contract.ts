import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { aMessage as anArchived, anAudience, aPlace } from '../support/archive-builders.ts';
import {
  anAnswer,
  aQuestion,
  aRecord,
  aRun,
  aStep,
  someone,
  untilDone,
} from '../support/store-builders.ts';
import { aMessage, aPlatform, outboxOf } from './outbox-kit.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** Before anything that the other contracts write. */
const LONG_AGO = Date.UTC(2020, 0, 1);
const NEXT_DAY = LONG_AGO + 24 * 60 * 60_000;

/** What every store promises about what is over. */
export function keepsForAWhile(house: StoreUnderTest): void {
  const { pending, answer } = outboxOf(house);
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

  describe('what was said, past its time', () => {
    /** Before everything else that is in the store. */
    const PAST = Date.UTC(2011, 0, 1);
    const NOW = PAST + 24 * 60 * 60_000;
    const sweepBodies = (limit = 1_000) =>
      house.store().retention.sweepBodies({ before: NOW, limit });

    it('is gone from runs, journals, files, history and search, and ids, times and figures stay', async () => {
      await sweepBodies();
      const userId = someone();
      const old = aQuestion({ userId, text: 'old zebra', at: PAST });
      const recent = aQuestion({ userId, text: 'recent  zebra', at: NOW });
      const { runs, files, inspection } = house.store();
      await house.answered(old, anAnswer('an old answer'));
      await runs.record(aStep(old), untilDone);
      const file = { id: `file-${old.runId}`, runId: old.runId, name: 'a.txt', mime: 'text/plain' };
      await files.keep({ userId }, { ...file, data: Buffer.from('zebra'), at: PAST });
      await house.answered(recent, anAnswer('a recent answer'));

      expect(await sweepBodies()).toBe(1);
      expect(await sweepBodies()).toBe(0);

      const past = await house.store().searchRuns({ userId }, { query: 'zebra answer', limit: 9 });
      expect(past.map(({ runId }) => runId)).toEqual([recent.runId]);
      const page = await house.store().conversation(old, old.channelId, { limit: 9 });
      expect(page.map(({ runId }) => runId)).toEqual([recent.runId]);
      const shown = await house.historyFor(aQuestion({ userId }));
      expect(JSON.stringify(shown)).not.toContain('old');
      expect(await files.read({ userId }, file.id)).toBeUndefined();
      expect(await inspection.texts(old.runId)).toEqual({ question: '', steps: [] });
      const inspected = await inspection.steps(old.runId);
      expect(inspected).toMatchObject({
        run: { outcome: 'answered', promptTokens: 100, costMicroUsd: 7 },
        steps: [],
      });
      expect(await house.store().memories.unread({ userId }, 9)).toHaveLength(1);
      const sessions = await house.store().sessions({ userId }, { limit: 9 });
      expect(sessions.map(({ title }) => title)).toEqual(['recent zebra']);
    });

    it('leaves no session to be listed when all of it is past, until it is talked in again', async () => {
      const userId = someone();
      await house.answered(aQuestion({ userId, text: 'once', at: PAST }));
      await sweepBodies();
      const before = await house.store().sessions({ userId }, { limit: 9 });

      await house.answered(aQuestion({ userId, text: 'again', at: NOW }));

      const after = await house.store().sessions({ userId }, { limit: 9 });
      expect([before, after.map(({ title }) => title)]).toEqual([[], ['again']]);
    });

    it('takes summaries along, which are made anew of what is left, and keeps none that was made meanwhile', async () => {
      const userId = someone();
      const { memories } = house.store();
      const day = 60 * 60_000;
      const at = (nth: number) => (nth < 12 ? PAST : NOW) + nth * day;
      const texts = Array.from({ length: 24 }, (_, nth) => `zebra ${nth}`);
      for (const [nth, text] of texts.entries()) {
        await house.answered(aQuestion({ userId, text, at: at(nth) }));
      }
      const first = await memories.outgrown({ userId });
      if (first === undefined) throw new Error('There is something to sum up.');
      await memories.summarised({ userId }, { of: first, summary: 'Of zebras.', usage: NO_USAGE });
      const meanwhile = {
        of: { ...first, summary: 'Of zebras.' },
        summary: 'Late.',
        usage: NO_USAGE,
      };

      await sweepBodies();
      await memories.summarised({ userId }, meanwhile);

      const anew = await memories.outgrown({ userId });
      expect(first.runs[0]?.question).toBe('zebra 0');
      expect(anew?.summary).toBeUndefined();
      expect(anew?.runs[0]?.question).toBe('zebra 12');
    });

    it('is gone from the archive of channels, too, and from parts that never arrived', async () => {
      await sweepBodies();
      const channelId = aPlace();
      const message = anArchived(channelId, { content: 'old zebra', sentAt: PAST });
      const attached = { attachments: [{ id: '7', name: 'notes.txt' }], content: '', sentAt: PAST };
      const { archive } = house.store();
      await archive.keep([message, anArchived(channelId, attached)]);
      const platform = aPlatform();
      const [lost, waiting] = [aMessage(platform, { at: PAST }), aMessage(platform, { at: PAST })];
      await answer(lost, ['lost']);
      await answer(waiting, ['waiting']);
      await house.store().outbox.failed({ messageId: lost.runId, part: 0 });

      // Two messages, two runs, one part.
      expect(await sweepBodies()).toBe(5);

      const audience = anAudience(channelId);
      expect(await archive.recent(audience, { channelId, limit: 9 })).toEqual([]);
      expect(await archive.search(audience, { query: 'zebra', limit: 9 })).toEqual([]);
      expect(await archive.keep([message])).toBe(0);
      expect((await pending(platform)).map(({ content }) => content)).toEqual(['waiting']);
    });

    it('goes a little at a time, and of a run under way nothing goes', async () => {
      await sweepBodies();
      const underway = aQuestion({ at: PAST });
      await house.store().inbox.accept(underway);
      await house.store().runs.begin(aRun(underway), underway, untilDone);
      for (let n = 0; n < 3; n++) await house.answered(aQuestion({ at: PAST }));

      expect([await sweepBodies(2), await sweepBodies(2), await sweepBodies(2)]).toEqual([2, 1, 0]);
      expect(await house.store().inspection.texts(underway.runId)).toMatchObject({
        question: underway.text,
      });
    });
  });
}
