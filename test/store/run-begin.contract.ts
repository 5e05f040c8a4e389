import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import { ChannelId } from '../../machines/ids.ts';
import {
  anAnswer,
  aQuestion,
  aRecord,
  aRun,
  someone,
  untilDone,
} from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about the beginning of a run. */
export function runsBegin(house: StoreUnderTest): void {
  describe('the beginning of a run', () => {
    it('finds no history in a channel where nothing was said', async () => {
      expect(await house.historyFor(aQuestion())).toEqual([]);
    });

    it('recalls the last five questions and answers of the channel, oldest first', async () => {
      const userId = someone();
      await house.talk(userId, ['1', '2', '3', '4', '5', '6', '7']);

      const history = await house.historyFor(aQuestion({ userId }));

      expect(history).toEqual(
        ['3', '4', '5', '6', '7'].flatMap((text) => [
          { role: 'user', content: text },
          { role: 'assistant', content: `re: ${text}` },
        ]),
      );
    });

    it('recalls nothing of other channels and nothing of other users', async () => {
      const userId = someone();
      await house.talk(userId, ['elsewhere'], ChannelId('other'));
      await house.talk(someone(), ['not yours']);

      expect(await house.historyFor(aQuestion({ userId }))).toEqual([]);
    });

    it('recalls no question that was left without an answer', async () => {
      const userId = someone();
      const failed = {
        kind: 'failed',
        failure: failure('server', 'down'),
        usage: NO_USAGE,
      } as const;
      await house.answered(aQuestion({ userId }), failed);
      await house.answered(aQuestion({ userId }), { kind: 'cancelled', usage: NO_USAGE });

      expect(await house.historyFor(aQuestion({ userId }))).toEqual([]);
    });

    it('leaves out whole old turns when they do not fit the budget of characters', async () => {
      const userId = someone();
      await house.talk(userId, ['a'.repeat(9_000), 'b'.repeat(9_000)]);

      const history = await house.historyFor(aQuestion({ userId }));

      expect(history).toEqual([
        { role: 'user', content: 'b'.repeat(9_000) },
        { role: 'assistant', content: `re: ${'b'.repeat(9_000)}` },
      ]);
    });

    it('cuts the newest answer when even that alone does not fit', async () => {
      const userId = someone();
      await house.answered(aQuestion({ userId, text: 'tell me' }), anAnswer('x'.repeat(30_000)));

      const history = await house.historyFor(aQuestion({ userId }));

      expect(history).toEqual([
        { role: 'user', content: 'tell me' },
        { role: 'assistant', content: 'x'.repeat(24_000 - 'tell me'.length) },
      ]);
    });

    it('gives the same start when it is begun twice', async () => {
      const userId = someone();
      await house.talk(userId, ['before']);
      const question = aQuestion({ userId });

      const first = await house.historyFor(question);

      expect(await house.historyFor(question)).toEqual(first);
      expect(first).toHaveLength(2);
    });

    it('lets a newer incarnation take over a run and refuses the older one from then on', async () => {
      const question = aQuestion();
      await house.store().runs.begin(aRun(question, 1), question, untilDone);

      const taken = await house.store().runs.begin(aRun(question, 2), question, untilDone);
      const late = await house.store().runs.begin(aRun(question, 1), question, untilDone);

      expect(taken.kind).toBe('begun');
      expect(late).toMatchObject({ kind: 'failed', failure: { kind: 'unavailable' } });
    });

    it('does not let another user take over a run by its id', async () => {
      const question = aQuestion();
      await house.store().runs.begin(aRun(question), question, untilDone);
      const stolen = { ...question, userId: someone() };

      const start = await house.store().runs.begin(aRun(stolen, 9), stolen, untilDone);
      const end = await house
        .store()
        .runs.end(aRecord(stolen, anAnswer('mine now'), { epoch: 9 }), untilDone);

      expect([start.kind, end.kind]).toEqual(['failed', 'failed']);
    });
  });
}
