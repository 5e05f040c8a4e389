import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RunStep } from '../../machines/ports.ts';
import type { Question } from '../../machines/question.ts';
import {
  anAnswer,
  aQuestion,
  aRecord,
  aRun,
  aStep,
  someone,
  untilDone,
} from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about the journal of a run. */
export function keepsSteps(house: StoreUnderTest): void {
  const begun = async (question: Question, epoch = 1): Promise<readonly RunStep[]> => {
    const start = await house.store().runs.begin(aRun(question, epoch), question, untilDone);
    if (start.kind === 'failed') throw new Error(start.failure.message);
    return start.steps;
  };
  const record = (step: ReturnType<typeof aStep>) => house.store().runs.record(step, untilDone);
  const REFUSED = { kind: 'failed', failure: { kind: 'unavailable' } };

  describe('the journal of a run', () => {
    it('is empty when the run is new', async () => {
      expect(await begun(aQuestion())).toEqual([]);
    });

    it('is given to the incarnation that takes the run over, each step as it was kept', async () => {
      const question = aQuestion();
      const output = { list: [1, 2.5, -3], deep: { nothing: null, yes: true }, words: 'ä "é" \\n' };
      await begun(question);
      await record(aStep(question, { output }));
      await record(aStep(question, { stepKey: 'leader/1/0', kind: 'tool', inputHash: 'h2' }));

      const steps = await begun(question, 2);

      expect(new Map(steps.map((step) => [step.stepKey, step]))).toEqual(
        new Map([
          ['leader/1', { stepKey: 'leader/1', kind: 'model', inputHash: 'h1', output }],
          [
            'leader/1/0',
            { stepKey: 'leader/1/0', kind: 'tool', inputHash: 'h2', output: { text: '84' } },
          ],
        ]),
      );
    });

    it('has the last that was kept under a key', async () => {
      const question = aQuestion();
      await begun(question);
      await record(aStep(question, { kind: 'intent', output: {} }));
      await record(
        aStep(question, { kind: 'tool', inputHash: 'h2', output: { content: 'Sent.' } }),
      );

      expect(await begun(question, 2)).toEqual([
        { stepKey: 'leader/1', kind: 'tool', inputHash: 'h2', output: { content: 'Sent.' } },
      ]);
    });

    it('takes nothing more from an incarnation whose run a newer one holds', async () => {
      const question = aQuestion();
      await begun(question);
      await begun(question, 2);

      const late = await record(aStep(question));
      const ours = await record(aStep(question, { epoch: 2, output: { text: 'ours' } }));

      expect(late).toMatchObject(REFUSED);
      expect(ours).toEqual({ kind: 'saved' });
      expect(await begun(question, 3)).toMatchObject([{ output: { text: 'ours' } }]);
    });

    it('takes nothing of a run that was not begun', async () => {
      expect(await record(aStep(aQuestion()))).toMatchObject(REFUSED);
    });

    it('takes nothing from another user, and shows nothing to one', async () => {
      const question = aQuestion();
      await begun(question);
      await record(aStep(question));
      const stranger = { ...question, userId: someone() };

      const told = await record(aStep(stranger, { epoch: 9, output: { text: 'forged' } }));
      const start = await house.store().runs.begin(aRun(stranger, 9), stranger, untilDone);

      expect(told).toMatchObject(REFUSED);
      expect(start.kind).toBe('failed');
      expect(await begun(question, 2)).toMatchObject([{ output: { text: '84' } }]);
    });

    it('outlives the run, and is given to whoever works it again', async () => {
      const question = aQuestion();
      await begun(question);
      await record(aStep(question));
      await house.store().runs.end(aRecord(question, anAnswer('84')), untilDone);

      expect(await begun(question, 2)).toMatchObject([{ stepKey: 'leader/1' }]);
      expect(await record(aStep(question, { epoch: 2 }))).toEqual({ kind: 'saved' });
    });

    it('keeps texts that PostgreSQL cannot hold as well as it can', async () => {
      const question = aQuestion();
      await begun(question);

      const saved = await record(
        aStep(question, { output: { text: 'a\0b\ud800c', quoted: '\\u0000' } }),
      );

      expect(saved).toEqual({ kind: 'saved' });
      expect(await begun(question, 2)).toMatchObject([
        { output: { text: 'ab\ufffdc', quoted: '\\u0000' } },
      ]);
    });

    it('is not written for a caller who has left', async () => {
      const question = aQuestion();
      await begun(question);

      const told = await house
        .store()
        .runs.record(aStep(question), { signal: AbortSignal.abort() });

      expect(told).toMatchObject({ kind: 'failed', failure: { kind: 'aborted' } });
      expect(await begun(question, 2)).toEqual([]);
    });

    it('is not written for a caller who leaves before it is on its way', async () => {
      const question = aQuestion();
      const caller = new AbortController();
      await begun(question);

      const told = house.store().runs.record(aStep(question), { signal: caller.signal });
      caller.abort();

      expect(await told).toMatchObject({ kind: 'failed', failure: { kind: 'aborted' } });
      expect(await begun(question, 2)).toEqual([]);
    });
  });

  describe('steps that come together', () => {
    it('are kept each in its own run', async () => {
      const questions = Array.from({ length: 150 }, () => aQuestion());
      await Promise.all(questions.map((question) => begun(question)));

      const told = await Promise.all(
        questions.map((question, n) => record(aStep(question, { output: { n } }))),
      );

      expect(told).toEqual(questions.map(() => ({ kind: 'saved' })));
      const kept = await Promise.all(questions.map((question) => begun(question, 2)));
      expect(kept).toMatchObject(questions.map((_, n) => [{ output: { n } }]));
    });

    it('are refused alone when a newer incarnation holds the run of one', async () => {
      const [ours, lost] = [aQuestion(), aQuestion()];
      await Promise.all([begun(ours), begun(lost, 2)]);

      const told = await Promise.all([record(aStep(ours)), record(aStep(lost))]);

      expect(told).toMatchObject([{ kind: 'saved' }, REFUSED]);
      expect(await begun(ours, 2)).toMatchObject([{ stepKey: 'leader/1' }]);
      expect(await begun(lost, 3)).toEqual([]);
    });

    it('fail alone when the database cannot take one', async () => {
      const questions = [aQuestion(), aQuestion(), aQuestion()];
      await Promise.all(questions.map((question) => begun(question)));
      const steps = questions.map((question, n) =>
        aStep(question, n === 1 ? { stepKey: TOO_LONG_FOR_AN_INDEX } : {}),
      );

      const told = await Promise.all(steps.map(record));

      const refused = { kind: 'failed', failure: { kind: 'storage' } };
      expect(told).toMatchObject([{ kind: 'saved' }, refused, { kind: 'saved' }]);
      const kept = await Promise.all(questions.map((question) => begun(question, 2)));
      expect(kept.map((list) => list.length)).toEqual([1, 0, 1]);
    });

    it('have one of both that are kept under the same key', async () => {
      const question = aQuestion();
      await begun(question);

      const told = await Promise.all([
        record(aStep(question, { output: { text: 'one' } })),
        record(aStep(question, { output: { text: 'other' } })),
      ]);

      expect(told).toEqual([{ kind: 'saved' }, { kind: 'saved' }]);
      expect(await begun(question, 2)).toHaveLength(1);
    });

    it('are kept however large one of them is', async () => {
      const [small, large] = [aQuestion(), aQuestion()];
      await Promise.all([begun(small), begun(large)]);
      const text = 'x'.repeat(600_000);

      const told = await Promise.all([
        record(aStep(small)),
        record(aStep(large, { output: { text } })),
      ]);

      expect(told).toEqual([{ kind: 'saved' }, { kind: 'saved' }]);
      expect(await begun(large, 2)).toMatchObject([{ output: { text } }]);
    });
  });
}

/** Nothing in it repeats, so the database cannot make it shorter. */
const TOO_LONG_FOR_AN_INDEX = Array.from({ length: 300 }, (_, n) =>
  createHash('sha256').update(`${n}`).digest('hex'),
).join('');
