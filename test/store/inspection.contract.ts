import { describe, expect, it } from 'vitest';
import { RunId } from '../../machines/ids.ts';
import { anAnswer, aQuestion, aRun, aStep, untilDone } from '../support/store-builders.ts';
import { aMessage, aPlatform, outboxOf } from './outbox-kit.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const REPLY = {
  text: 'a secret reply',
  model: 'scripted-1',
  usage: { calls: 1, promptTokens: 30, completionTokens: 4, cachedTokens: 0, costMicroUsd: 2 },
};

/** What every store promises to the operator who looks at the house. */
export function canBeInspected(house: StoreUnderTest): void {
  const { drain } = outboxOf(house);

  describe('what an operator sees', () => {
    it('is the latest runs first: their costs and times, no word of what was said', async () => {
      const question = aQuestion({ text: 'my-secret-question', at: Date.UTC(2030, 1, 1) });
      await house.answered(question, anAnswer('my-secret-answer'));

      const runs = await house.store().inspection.runs({ limit: 1_000 });
      const mine = runs.find(({ runId }) => runId === question.runId);

      expect(mine).toMatchObject({
        userId: question.userId,
        outcome: 'answered',
        askedAt: question.at,
        modelCalls: 2,
        promptTokens: 100,
        costMicroUsd: 7,
      });
      expect(JSON.stringify(runs)).not.toContain('my-secret');
      const times = runs.map(({ startedAt }) => startedAt);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
    });

    it('is no more runs than were asked for', async () => {
      await house.answered(aQuestion());
      await house.answered(aQuestion());

      expect(await house.store().inspection.runs({ limit: 1 })).toHaveLength(1);
    });

    it('is the journal of a run: who did what and for how much, no word of it', async () => {
      const question = aQuestion();
      await house.store().runs.begin(aRun(question), question, untilDone);
      await house.store().runs.record(aStep(question, { output: REPLY }), untilDone);
      const used = { stepKey: 'leader/1/0', kind: 'tool', output: { content: 'secret' } } as const;
      await house.store().runs.record(aStep(question, used), untilDone);

      const found = await house.store().inspection.steps(question.runId);

      expect(found?.run).toMatchObject({ runId: question.runId, outcome: undefined });
      expect(found?.steps).toMatchObject([
        { stepKey: 'leader/1', kind: 'model', model: 'scripted-1', promptTokens: 30 },
        { stepKey: 'leader/1/0', kind: 'tool', model: undefined, promptTokens: 0 },
      ]);
      expect(JSON.stringify(found)).not.toContain('secret');
    });

    it('is a whole journal even where a row holds what nobody expected', async () => {
      const question = aQuestion();
      await house.store().runs.begin(aRun(question), question, untilDone);
      const output = { usage: { promptTokens: 'many', costMicroUsd: null }, model: ['x'] };
      await house.store().runs.record(aStep(question, { output }), untilDone);

      const found = await house.store().inspection.steps(question.runId);

      expect(found?.steps).toMatchObject([{ stepKey: 'leader/1', promptTokens: 0 }]);
    });

    it('is nothing of a run that nobody knows', async () => {
      expect(await house.store().inspection.steps(RunId('never'))).toBeUndefined();
      expect(await house.store().inspection.texts(RunId('never'))).toBeUndefined();
    });

    it('is what waits to be answered, and what waits to be said, without the words', async () => {
      const platform = aPlatform();
      const question = aMessage(platform, { position: 1 });
      const before = await house.store().inspection.queues({ limit: 1_000 });
      await house.store().inbox.accept(question);
      const asked = await house.store().inspection.queues({ limit: 1_000 });
      await house.store().inbox.finish(question, {
        outcome: { kind: 'refused', refusal: { kind: 'house_full' } },
        parts: ['a secret part'],
      });
      const ended = await house.store().inspection.queues({ limit: 1_000 });

      expect(asked.inbox.count).toBe(before.inbox.count + 1);
      expect(asked.inbox.oldest).toContainEqual(
        expect.objectContaining({ messageId: question.runId, attempts: 0 }),
      );
      expect(ended.inbox.count).toBe(before.inbox.count);
      expect(ended.outbox.oldest).toContainEqual(
        expect.objectContaining({
          messageId: question.runId,
          part: 0,
          state: 'pending',
          chars: 13,
        }),
      );
      expect(JSON.stringify([asked, ended])).not.toContain('secret');
      await drain(platform);
    });

    it('is the words of one run only when just these are asked for', async () => {
      const question = aQuestion({ text: 'What is it?' });
      await house.store().runs.begin(aRun(question), question, untilDone);
      await house.store().runs.record(aStep(question, { output: REPLY }), untilDone);
      const texts = await house.store().inspection.texts(question.runId);

      expect(texts).toMatchObject({
        question: 'What is it?',
        answer: undefined,
        steps: [{ stepKey: 'leader/1', output: REPLY }],
      });
    });
  });
}
