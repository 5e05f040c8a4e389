import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { ChannelId } from '../../machines/ids.ts';
import type { RunOutcome } from '../../machines/question.ts';
import {
  anAnswer,
  aQuestion,
  aRecord,
  aRun,
  someone,
  untilDone,
} from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about the end of a run. */
export function runsEnd(house: StoreUnderTest): void {
  describe('the end of a run', () => {
    it('gives back every kind of outcome as it was', async () => {
      const userId = someone();
      const usage = {
        calls: 3,
        promptTokens: 10,
        completionTokens: 5,
        cachedTokens: 2,
        costMicroUsd: 9,
      };
      const outcomes: RunOutcome[] = [
        anAnswer('84', {
          delegations: Array.from({ length: 12 }, (_, n) => ({
            member: `member_${n}`,
            task: `part ${n}`,
            ok: n % 2 === 0,
            usage,
          })),
          sources: [{ title: 'Twelve', url: 'https://example.com/12' }],
          notes: ['limit_reached', 'without_history'],
        }),
        { kind: 'failed', failure: failure('rate_limited', 'Too many.', 900), usage },
        { kind: 'refused', refusal: { kind: 'house_full', retryAfterMs: 5_000 } },
        { kind: 'cancelled', usage },
      ];
      const questions = outcomes.map((_, minute) =>
        aQuestion({ userId, from: 'Ada', at: Date.UTC(2026, 4, 1, 12, minute) }),
      );

      for (const [n, question] of questions.entries()) {
        await house.answered(question, outcomes[n] ?? anAnswer('none'));
      }

      const page = await house
        .store()
        .conversation({ userId }, ChannelId('general'), { limit: 10 });
      expect(page).toEqual(
        questions.map(({ runId, channelId, text, at }, n) => ({
          runId,
          channelId,
          question: text,
          askedAt: at,
          endedAt: at + 2_000,
          outcome: outcomes[n],
        })),
      );
    });

    it('keeps a run whose beginning could not be written', async () => {
      const question = aQuestion();

      const saved = await house.store().runs.end(aRecord(question, anAnswer('84')), untilDone);

      const { userId, channelId } = question;
      expect(saved.kind).toBe('saved');
      expect(await house.store().conversation({ userId }, channelId, { limit: 1 })).toHaveLength(1);
      expect(await house.store().sessions({ userId }, { limit: 9 })).toHaveLength(1);
    });

    it('counts the spending once, however often it is told', async () => {
      const question = aQuestion();
      const record = aRecord(question, anAnswer('84'));

      const told = [
        await house.store().runs.end(record, untilDone),
        await house.store().runs.end(record, untilDone),
        await house.store().runs.end({ ...record, outcome: anAnswer('85') }, untilDone),
      ];

      expect(told).toEqual([{ kind: 'saved' }, { kind: 'saved' }, { kind: 'saved' }]);
      expect(await house.store().spend.load(question.userId, '2026-05-01')).toEqual({
        tokens: 120,
        costMicroUsd: 7,
      });
      const [run] = await house.store().conversation(question, question.channelId, { limit: 9 });
      expect(run?.outcome).toMatchObject({ text: '84' });
    });

    it('adds up the spending of a day in UTC, side by side, without losing any', async () => {
      const userId = someone();
      const lastSecond = Date.UTC(2026, 4, 1, 23, 59, 59);
      const questions = Array.from({ length: 20 }, () => aQuestion({ userId, at: lastSecond }));

      await Promise.all(
        questions.map((question, n) =>
          house
            .store()
            .runs.end(
              aRecord(question, anAnswer('84'), { endedAt: lastSecond + (n < 15 ? 0 : 1_000) }),
              untilDone,
            ),
        ),
      );

      expect(await house.store().spend.load(userId, '2026-05-01')).toEqual({
        tokens: 15 * 120,
        costMicroUsd: 15 * 7,
      });
      expect(await house.store().spend.load(userId, '2026-05-02')).toEqual({
        tokens: 5 * 120,
        costMicroUsd: 5 * 7,
      });
    });

    it('is refused to an incarnation whose run a newer one holds, and leaves everything as it is', async () => {
      const question = aQuestion();
      await house.store().inbox.accept(question);
      await house.store().runs.begin(aRun(question, 1), question, untilDone);
      await house.store().runs.begin(aRun(question, 2), question, untilDone);

      const late = await house.store().runs.end(aRecord(question, anAnswer('late')), untilDone);

      expect(late).toMatchObject({ kind: 'failed', failure: { kind: 'unavailable' } });
      expect(await house.store().spend.load(question.userId, '2026-05-01')).toMatchObject({
        tokens: 0,
      });
      expect(await house.unfinishedOf(question.userId)).toEqual([question.runId]);
    });

    it('is refused to an older incarnation after a newer one has ended the run', async () => {
      const question = aQuestion();
      await house.store().runs.end(aRecord(question, anAnswer('new'), { epoch: 2 }), untilDone);

      const late = await house
        .store()
        .runs.end(aRecord(question, anAnswer('old'), { epoch: 1 }), untilDone);

      expect(late.kind).toBe('failed');
    });

    it('stores texts that a database cannot hold as they are', async () => {
      const question = aQuestion({ text: 'a\0b\ud800c', from: '\udc00' });
      const source = { title: 'nul \0 and half \ud800', url: 'https://example.com' };

      const saved = await house.answered(question, anAnswer('x\0y\udfff', { sources: [source] }));

      const [run] = await house.store().conversation(question, question.channelId, { limit: 1 });
      expect(saved).toEqual({ kind: 'saved' });
      expect(run).toMatchObject({
        question: 'ab\ufffdc',
        outcome: { text: 'xy\ufffd', sources: [{ title: 'nul  and half \ufffd' }] },
      });
    });

    it('stores answers far longer than a search index takes', async () => {
      const question = aQuestion();
      const long = Array.from({ length: 300_000 }, (_, n) => n.toString(36)).join(' ');

      expect(await house.answered(question, anAnswer(long))).toEqual({ kind: 'saved' });
    });
  });
}
