import { describe, expect, it } from 'vitest';
import type { Confirmation, ConfirmationEnd, Question } from '../../machines/question.ts';
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

const AT = Date.UTC(2026, 4, 1, 12);
const MINUTE = 60_000;

const aConfirmation = (given: Partial<Confirmation> = {}): Confirmation => ({
  stepKey: 'leader/1/0',
  agent: 'leader',
  tool: 'pay',
  shown: '{"to": "Grace \\"\u0000\\ud800"}',
  expiresAt: AT + 5 * MINUTE,
  ...given,
});

interface Asking {
  readonly epoch?: number;
  readonly at?: number;
  readonly inputHash?: string;
}

/** What every store promises about what askers were asked to allow. */
export function keepsConfirmations(house: StoreUnderTest): void {
  const begun = async (epoch = 1, question = aQuestion()): Promise<Question> => {
    const start = await house.store().runs.begin(aRun(question, epoch), question, untilDone);
    if (start.kind === 'failed') throw new Error(start.failure.message);
    return question;
  };
  const ask = (question: Question, { epoch = 1, at = AT, inputHash = 'h1' }: Asking = {}) =>
    house.store().confirmations.ask({
      run: aRun(question, epoch),
      confirmation: aConfirmation({ expiresAt: at + 5 * MINUTE }),
      inputHash,
      at,
    });
  const answer = (
    { runId, userId }: Question,
    end: ConfirmationEnd,
    given: { readonly userId?: Question['userId']; readonly at?: number } = {},
  ) =>
    house
      .store()
      .confirmations.answer({ runId, userId, stepKey: 'leader/1/0', end, at: AT + 1, ...given });

  describe('a confirmation', () => {
    it('is open until its time, for whichever incarnation asks', async () => {
      const question = await begun();

      expect(await ask(question)).toEqual({ kind: 'open', expiresAt: AT + 5 * MINUTE });
      await begun(2, question);
      expect(await ask(question, { epoch: 2, at: AT + MINUTE })).toEqual({
        kind: 'open',
        expiresAt: AT + 5 * MINUTE,
      });
    });

    it('has its end for whoever asks again', async () => {
      const question = await begun();
      await ask(question);
      expect(await answer(question, 'allowed')).toEqual({ kind: 'kept' });

      await begun(2, question);

      expect(await ask(question, { epoch: 2, at: AT + 60 * MINUTE })).toEqual({
        kind: 'ended',
        end: 'allowed',
      });
    });

    it('takes the first word only, given by its asker, in time', async () => {
      const question = await begun();
      await ask(question);

      expect(await answer(question, 'allowed', { userId: someone() })).toEqual({ kind: 'unknown' });
      expect(await answer(question, 'allowed', { at: AT + 6 * MINUTE })).toEqual({
        kind: 'unknown',
      });
      expect(await answer(question, 'refused')).toEqual({ kind: 'kept' });
      expect(await answer(question, 'allowed')).toEqual({ kind: 'unknown' });
      expect(await ask(question)).toEqual({ kind: 'ended', end: 'refused' });
    });

    it('can expire after its time', async () => {
      const question = await begun();
      await ask(question);

      expect(await answer(question, 'expired', { at: AT + 6 * MINUTE })).toEqual({ kind: 'kept' });
      expect(await answer(question, 'allowed')).toEqual({ kind: 'unknown' });
    });

    it('is opened anew when its time went by with nobody to take the word', async () => {
      const question = await begun();
      await ask(question);

      expect(await ask(question, { at: AT + 60 * MINUTE })).toEqual({
        kind: 'open',
        expiresAt: AT + 65 * MINUTE,
      });
    });

    it('counts for one use: asked about another, its end is forgotten', async () => {
      const question = await begun();
      await ask(question);
      await answer(question, 'allowed');

      expect(await ask(question, { inputHash: 'h2' })).toMatchObject({ kind: 'open' });
    });

    it('is neither asked by an incarnation that lost the run, nor answered when that has ended', async () => {
      const question = await begun();
      await ask(question);
      await begun(2, question);

      expect(await ask(question)).toMatchObject({
        kind: 'failed',
        failure: { kind: 'unavailable' },
      });
      await house.store().runs.end(aRecord(question, anAnswer('84'), { epoch: 2 }), untilDone);
      expect(await answer(question, 'allowed')).toEqual({ kind: 'unknown' });
    });

    it('stands beside the step that it is about', async () => {
      const question = await begun();
      await ask(question);
      await house.store().runs.record(aStep(question, { stepKey: 'leader/1/0' }), untilDone);
      await answer(question, 'allowed');

      expect(await ask(question)).toEqual({ kind: 'ended', end: 'allowed' });
    });

    it('of a run that is not there is unknown', async () => {
      expect(await answer(aQuestion(), 'allowed')).toEqual({ kind: 'unknown' });
    });
  });
}
