import { describe, expect, it } from 'vitest';
import { ChannelId, type UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import { aMessage as anArchived, anAudience, aPlace } from '../support/archive-builders.ts';
import { addingMemory, aMemory } from '../support/memory-builders.ts';
import {
  anAnswer,
  aQuestion,
  aRecord,
  aRun,
  someone,
  untilDone,
} from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about erasing what a user wants forgotten. */
export function forgets(house: StoreUnderTest): void {
  const memories = () => house.store().memories;
  const said = async (userId: UserId, text: string): Promise<Question> => {
    const question = aQuestion({ userId, text });
    await house.answered(question);
    return question;
  };
  const textsOf = async (userId: UserId) =>
    (await memories().known({ userId })).memories.map(({ text }) => text);

  describe('forgetting', () => {
    const page = { limit: 99 };

    it('everything leaves nothing that the user said or was told, and nothing of others is touched', async () => {
      const [mine, theirs] = [someone(), someone()];
      const question = await said(mine, 'I like tea.');
      await said(theirs, 'I like tea, too.');
      await memories().apply({ userId: mine }, addingMemory(aMemory(question)));

      await house.store().forgetting.forget(mine, { kind: 'everything' });

      expect(await memories().all({ userId: mine })).toEqual([]);
      expect(await house.store().sessions({ userId: mine }, page)).toEqual([]);
      expect(await house.store().searchRuns({ userId: mine }, { query: 'tea', limit: 9 })).toEqual(
        [],
      );
      expect(await house.unfinishedOf(mine)).toEqual([]);
      expect(await house.store().sessions({ userId: theirs }, page)).toHaveLength(1);
    });

    it('everything takes what the user has chosen and the threads that were opened, too', async () => {
      const [mine, theirs] = [someone(), someone()];
      const { places, discordThreads, discordLocales, forgetting } = house.store();
      for (const userId of [mine, theirs]) {
        await places.wish({ userId }, 'groq/small');
        await discordThreads.keep({ threadId: `of ${userId}`, userId });
        await discordLocales.keep({ userId, locale: 'de', at: Date.now() });
      }

      await forgetting.forget(mine, { kind: 'everything' });

      expect(await places.wishOf({ userId: mine })).toBeUndefined();
      expect(await places.wishOf({ userId: theirs })).toBe('groq/small');
      expect(await discordThreads.find(`of ${mine}`)).toEqual({ kind: 'read', userId: undefined });
      expect(await discordThreads.find(`of ${theirs}`)).toEqual({ kind: 'read', userId: theirs });
      expect(await discordLocales.find(mine)).toEqual({ kind: 'read', locale: undefined });
      expect(await discordLocales.find(theirs)).toEqual({ kind: 'read', locale: 'de' });
    });

    it('everything fences off the language that was seen before, and not the one that is seen after', async () => {
      const userId = someone();
      const { discordLocales, forgetting } = house.store();
      const before = Date.now() - 1;
      await forgetting.forget(userId, { kind: 'everything' });

      await discordLocales.keep({ userId, locale: 'de', at: before });
      expect(await discordLocales.find(userId)).toEqual({ kind: 'read', locale: undefined });

      for (const locale of ['fr', 'es-ES'])
        await discordLocales.keep({ userId, locale, at: Date.now() + 60_000 });
      expect(await discordLocales.find(userId)).toEqual({ kind: 'read', locale: 'es-ES' });
    });

    it('everything fences off the run under way: its steps, its end and its question come too late', async () => {
      const userId = someone();
      const at = Date.now();
      const question = aQuestion({ userId, at });
      const { runs, inbox, forgetting } = house.store();
      await inbox.accept(question);
      await runs.begin(aRun(question), question, untilDone);

      await forgetting.forget(userId, { kind: 'everything' });

      const step = {
        run: aRun(question),
        stepKey: 'leader/1',
        kind: 'model',
        inputHash: 'h',
      } as const;
      expect(await runs.record({ ...step, output: {} }, untilDone)).toMatchObject({
        kind: 'failed',
      });
      expect(await runs.end(aRecord(question, anAnswer('84')), untilDone)).toMatchObject({
        kind: 'failed',
      });
      expect(await runs.begin(aRun(question, 2), question, untilDone)).toMatchObject({
        kind: 'failed',
      });
      expect(await inbox.accept(question)).toBe('duplicate');
      expect(await house.store().sessions({ userId }, page)).toEqual([]);
    });

    it('everything does not keep the user from beginning anew', async () => {
      const userId = someone();
      await house.store().forgetting.forget(userId, { kind: 'everything' });

      const saved = await house.answered(aQuestion({ userId, at: Date.now() + 60_000 }));

      expect(saved).toEqual({ kind: 'saved' });
      expect(await house.store().sessions({ userId }, page)).toHaveLength(1);
    });

    it('a channel leaves the other channels and what was learnt there', async () => {
      const userId = someone();
      const here = aQuestion({ userId, text: 'here', channelId: ChannelId('here') });
      const there = aQuestion({ userId, text: 'there', channelId: ChannelId('there') });
      for (const question of [here, there]) {
        await house.answered(question);
        await memories().apply({ userId }, addingMemory(aMemory(question)));
      }

      await house.store().forgetting.forget(userId, { kind: 'channel', channelId: here.channelId });

      expect(await textsOf(userId)).toEqual(['there']);
      const sessions = await house.store().sessions({ userId }, page);
      expect(sessions.map(({ channelId }) => channelId)).toEqual(['there']);
    });

    it('everything erases what was answered in the archive, and it is not archived again', async () => {
      const userId = someone();
      const channelId = aPlace();
      const asked = anArchived(channelId, { authorId: userId });
      const reply = anArchived(channelId, { isBot: true, replyTo: asked.id });
      const posted = anArchived(channelId, { isBot: true, id: `discord:${crypto.randomUUID()}` });
      const others = anArchived(channelId);
      const origin = { platform: 'discord', channelId: '1', replyTo: '2', position: 1 };
      const question = aQuestion({ userId, channelId, origin });
      const { archive, inbox, runs, outbox, forgetting } = house.store();
      await inbox.accept(question);
      await runs.begin(aRun(question), question, untilDone);
      await runs.end({ ...aRecord(question, anAnswer('84')), parts: ['84'] }, untilDone);
      await outbox.sent({ messageId: question.runId, part: 0 }, posted.id.slice('discord:'.length));
      const all = [asked, reply, posted, others];
      await archive.keep(all);

      await forgetting.forget(userId, { kind: 'channel', channelId });

      expect(await archive.keep(all)).toBe(0);
      const left = await archive.recent(anAudience(channelId), { channelId, limit: 9 });
      expect(left.map(({ id }) => id)).toEqual([others.id]);
    });

    it('memories leaves conversations, and what was said before teaches nothing any more', async () => {
      const userId = someone();
      const question = await said(userId, 'I like tea.');
      await memories().apply({ userId }, addingMemory(aMemory(question)));

      await house.store().forgetting.forget(userId, { kind: 'memories' });

      expect(await memories().all({ userId })).toEqual([]);
      expect(await memories().unread({ userId }, 9)).toEqual([]);
      expect(await memories().apply({ userId }, addingMemory(aMemory(question)))).toEqual([]);
      expect(await house.store().sessions({ userId }, page)).toHaveLength(1);
    });

    it('what was recalled before is shown to no run that begins after a memory was erased, or how to remember was set', async () => {
      const userId = someone();
      const begun = async (asOf: number) => {
        const question = aQuestion({ userId, at: Date.now() + 60_000 });
        const recalled = { text: 'likes tea', asOf };
        const start = await house
          .store()
          .runs.begin(aRun(question), question, { ...untilDone, recalled });
        return start.kind === 'begun' ? start.recalled : start;
      };
      const asOf = async () => (await memories().known({ userId })).asOf;
      const learn = async (text: string) => {
        const memory = aMemory(await said(userId, text));
        await memories().apply({ userId }, addingMemory(memory));
        return memory;
      };
      const tea = await learn('I like tea.');
      const first = await asOf();
      const before = await begun(first);

      await memories().erase({ userId }, tea.id);
      const erased = [await begun(first), await begun(await asOf())];
      const second = await asOf();
      await memories().set({ userId }, { enabled: true, directEverywhere: true });
      const set = [await begun(second), await begun(await asOf())];
      const third = await asOf();
      await house.store().forgetting.forget(userId, { kind: 'memories' });
      const forgotten = [await begun(third), await begun(await asOf())];

      expect(before).toBe('likes tea');
      for (const [outdated, upToDate] of [erased, set, forgotten]) {
        expect(outdated).toBeUndefined();
        expect(upToDate).toBe('likes tea');
      }
      expect(await memories().lastChange({ userId })).toBe(await asOf());
    });

    it('finds nothing to finish when every erasure came to its end', async () => {
      await house.store().forgetting.forget(someone(), { kind: 'everything' });

      expect(await house.store().forgetting.finish()).toBe(0);
    });
  });
}
