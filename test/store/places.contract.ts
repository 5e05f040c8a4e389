import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aQuestion, someone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about settings of places and what is asked there. */
export function keepsPlaces(house: StoreUnderTest): void {
  const places = () => house.store().places;
  const aServer = (): string => `discord:${randomUUID()}`;

  describe('settings of a place', () => {
    it('are none until somebody sets them, then what was set last', async () => {
      const place = aServer();
      const before = await places().settings(place);
      await places().set(place, { settings: { prefix: '?' }, by: someone() });
      await places().set(place, { settings: { prefix: '%', threads: true }, by: someone() });

      expect(before).toBeUndefined();
      expect(await places().settings(place)).toEqual({ prefix: '%', threads: true });
    });
  });

  describe('the model that a user wants', () => {
    it('is none until one is chosen, then the last one, and none again when that is taken back', async () => {
      const [mine, theirs] = [{ userId: someone() }, { userId: someone() }];
      const seen = [await places().wishOf(mine)];
      for (const model of ['groq/big', 'groq/small', undefined]) {
        await places().wish(mine, model);
        seen.push(await places().wishOf(mine));
      }

      expect(seen).toEqual([undefined, 'groq/big', 'groq/small', undefined]);
      expect(await places().wishOf(theirs)).toBeUndefined();
    });
  });

  describe('questions that are admitted', () => {
    it('are counted once each, for their asker and their server', async () => {
      const [guildId, ada, bob] = [aServer(), someone(), someone()];
      const messageId = `discord:${randomUUID()}`;
      await places().admitted({ messageId, userId: ada, guildId });
      await places().admitted({ messageId, userId: ada, guildId });
      await places().admitted({ messageId: `${messageId}-2`, userId: ada });
      await places().admitted({ messageId: `${messageId}-3`, userId: bob, guildId });

      expect(await places().usage({ userId: ada, guildId })).toMatchObject({
        user: { questions: 2 },
        server: { questions: 2 },
      });
      expect(await places().usage({ userId: bob })).toMatchObject({
        user: { questions: 1 },
        server: { questions: 0 },
      });
    });

    it('cost what their runs have cost by now', async () => {
      const [guildId, userId] = [aServer(), someone()];
      const question = aQuestion({ userId, at: Date.now() });
      await places().admitted({ messageId: question.runId, userId, guildId });
      await house.answered(question);

      expect(await places().usage({ userId, guildId })).toEqual({
        user: { questions: 1, tokens: 120 },
        server: { questions: 1, tokens: 120 },
      });
    });
  });
}
