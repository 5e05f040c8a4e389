import { describe, expect, it } from 'vitest';
import type { Question } from '../../machines/question.ts';
import { aQuestion } from '../support/store-builders.ts';
import { aMessage, aPlatform, outboxOf } from './outbox-kit.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about how far the events of a platform have been taken up. */
export function keepsGateways(house: StoreUnderTest): void {
  const { pending, drain } = outboxOf(house);

  describe('the gateways', () => {
    it('know nothing of a platform that was never heard', async () => {
      expect(await house.store().gateways.read(aPlatform())).toBeUndefined();
    });

    it('move with each question that is accepted, and with each duplicate', async () => {
      const platform = aPlatform();
      const question = aMessage(platform, { position: 7 });
      await house.store().inbox.accept(question);
      const first = await house.store().gateways.read(platform);

      const again = { ...question, origin: { ...question.origin, position: 9 } };
      await house.store().inbox.accept(again as Question);

      expect(first).toEqual({ position: 7, inTime: 7 });
      expect(await house.store().gateways.read(platform)).toEqual({ position: 9, inTime: 9 });
    });

    it('never go back', async () => {
      const platform = aPlatform();
      await house.store().inbox.accept(aMessage(platform, { position: 8 }));

      await house.store().inbox.accept(aMessage(platform, { position: 3 }));
      await house.store().gateways.advance(platform, 5);

      expect(await house.store().gateways.read(platform)).toEqual({ position: 8, inTime: 8 });
    });

    it('are not moved by a question that came by no platform', async () => {
      expect(await house.store().inbox.accept(aQuestion())).toBe('accepted');
    });

    it('leave events without a question behind, and do not call them in time', async () => {
      const platform = aPlatform();
      await house.store().gateways.advance(platform, 4);
      const before = await house.store().gateways.read(platform);
      await house.store().inbox.accept(aMessage(platform, { position: 5 }));
      await house.store().gateways.advance(platform, 6);

      expect(before).toEqual({ position: 4, inTime: 0 });
      expect(await house.store().gateways.read(platform)).toEqual({ position: 6, inTime: 5 });
    });
  });

  describe('a question that is declined', () => {
    it('is answered by what is said of it, once, and never run', async () => {
      const platform = aPlatform();
      const question = aMessage(platform, { position: 3 });
      const declined = { parts: ['I was away.'], isLate: true };

      const told = [
        await house.store().inbox.decline(question, declined),
        await house.store().inbox.decline(question, declined),
        await house.store().inbox.accept(question),
      ];

      expect(told).toEqual(['declined', 'duplicate', 'duplicate']);
      expect(await house.unfinishedOf(question.userId)).toEqual([]);
      expect(await drain(platform)).toEqual(['I was away.']);
    });

    it('moves its platform, but not in time when it was late', async () => {
      const platform = aPlatform();
      await house.store().inbox.decline(aMessage(platform, { position: 3 }), {
        parts: ['I was away.'],
        isLate: true,
      });

      expect(await house.store().gateways.read(platform)).toEqual({ position: 3, inTime: 0 });
    });

    it('leaves a question that was accepted before to its run', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);
      await house.store().inbox.accept(question);

      await house.store().inbox.decline(question, { parts: ['Too long.'], isLate: false });

      expect(await house.unfinishedOf(question.userId)).toEqual([question.runId]);
      expect(await pending(platform)).toEqual([]);
    });
  });
}
