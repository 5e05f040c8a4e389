import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { anAnswer, aQuestion, aRecord, aRun } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises to whoever calls it. */
export function servesCallers(house: StoreUnderTest): void {
  describe('a caller', () => {
    it('who has left already is not served, and is told so as a failure', async () => {
      const question = aQuestion();
      const left = AbortSignal.abort();

      const told = [
        await house.store().runs.begin(aRun(question), question, { signal: left }),
        await house.store().runs.end(aRecord(question, anAnswer('84')), { signal: left }),
      ];

      expect(told).toMatchObject(Array(2).fill({ kind: 'failed', failure: { kind: 'aborted' } }));
      expect(await house.store().conversation(question, question.channelId, { limit: 1 })).toEqual(
        [],
      );
    });

    it('who leaves while waiting is let go at once, and the store goes on', async () => {
      const question = aQuestion();
      const controller = new AbortController();

      const waiting = house
        .store()
        .runs.begin(aRun(question), question, { signal: controller.signal });
      controller.abort();

      expect(await waiting).toMatchObject({ kind: 'failed', failure: { kind: 'aborted' } });
      expect(await house.answered(aQuestion())).toEqual({ kind: 'saved' });
      expect(house.store().health()).toEqual({ kind: 'ok' });
    });

    it('keeps no listener of ours on a signal that lives on', async () => {
      const { signal } = new AbortController();
      const question = aQuestion();

      await house.store().runs.begin(aRun(question), question, { signal });
      await house.store().runs.end(aRecord(question, anAnswer('84')), { signal });

      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });
  });
}
