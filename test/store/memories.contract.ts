import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Question } from '../../machines/question.ts';
import { addingMemory, aMemory } from '../support/memory-builders.ts';
import { aQuestion, someone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about memories. */
export function keepsMemories(house: StoreUnderTest): void {
  const memories = () => house.store().memories;
  const said = async (userId: UserId, text: string): Promise<Question> => {
    const question = aQuestion({ userId, text });
    await house.answered(question);
    return question;
  };
  const textsOf = async (userId: UserId) =>
    (await memories().known({ userId })).memories.map(({ text }) => text);

  describe('memories', () => {
    it('gives back what was kept, with its vector, and keeps the same thing once', async () => {
      const userId = someone();
      const question = await said(userId, 'I live in Oslo.');
      const vector = Float32Array.of(0.6, -0.8);
      const memory = aMemory(question, {
        kind: 'event',
        topics: ['home'],
        importance: 0.75,
        eventAt: question.at,
        embedding: { embedder: 'e1', vector },
      });

      const first = await memories().apply({ userId }, addingMemory(memory));
      const again = await memories().apply(
        { userId },
        addingMemory({ ...memory, id: crypto.randomUUID() }),
      );

      expect(first).toEqual([memory.id]);
      expect(again).toEqual([]);
      expect((await memories().known({ userId })).memories).toEqual([memory]);
    });

    it('keeps what was superseded, with its date, and shows only what took its place', async () => {
      const userId = someone();
      const [old, now] = [
        await said(userId, 'I live in Oslo.'),
        await said(userId, 'I moved to Rome.'),
      ];
      const [oslo, rome] = [aMemory(old), aMemory(now)];
      await memories().apply({ userId }, addingMemory(oslo));

      await memories().apply(
        { userId },
        { changes: [{ kind: 'supersede', id: oslo.id, memory: rome }], read: [] },
      );

      expect(await textsOf(userId)).toEqual(['I moved to Rome.']);
      const all = await memories().all({ userId });
      expect(all.map(({ text, supersededBy }) => [text, supersededBy])).toEqual(
        expect.arrayContaining([
          ['I live in Oslo.', rome.id],
          ['I moved to Rome.', undefined],
        ]),
      );
    });

    it('erases a memory together with what it had superseded', async () => {
      const userId = someone();
      const question = await said(userId, 'I live in Oslo.');
      const [oslo, rome] = [aMemory(question), aMemory(question, { text: 'Rome' })];
      await memories().apply({ userId }, addingMemory(oslo));
      await memories().apply(
        { userId },
        { changes: [{ kind: 'supersede', id: oslo.id, memory: rome }], read: [] },
      );

      expect(await memories().erase({ userId }, rome.id)).toBe(true);

      expect(await memories().all({ userId })).toEqual([]);
      expect(await memories().erase({ userId }, rome.id)).toBe(false);
      expect(await memories().erase({ userId }, 'not an id')).toBe(false);
    });

    it('gives up what makes room, with its date, and erases what was united along with what stands for it', async () => {
      const userId = someone();
      const question = await said(userId, 'I have a boat, a lamp and a hat.');
      const [boat, ship, lamp, hat] = ['boat', 'ship', 'lamp', 'hat'].map((text) =>
        aMemory(question, { text, ...(text === 'hat' ? { askedFor: true } : {}) }),
      );
      if (!boat || !ship || !lamp || !hat) throw new Error('Four were made.');
      for (const memory of [boat, ship, lamp]) {
        await memories().apply({ userId }, addingMemory(memory));
      }

      await memories().apply(
        { userId },
        {
          changes: [
            { kind: 'unite', id: ship.id, into: boat.id },
            { kind: 'retire', id: lamp.id },
            { kind: 'add', memory: hat },
          ],
          read: [],
          recalled: [boat.id, lamp.id],
        },
      );

      const { memories: known } = await memories().known({ userId });
      const told = known.map(({ text, askedFor, recalledAt }) => [text, askedFor, !!recalledAt]);
      expect(told.sort()).toEqual([
        ['boat', undefined, true],
        ['hat', true, false],
      ]);
      const all = await memories().all({ userId });
      expect(all.flatMap(({ text, supersededAt }) => (supersededAt ? [text] : [])).sort()).toEqual([
        'lamp',
        'ship',
      ]);
      await memories().erase({ userId }, boat.id);
      expect((await memories().all({ userId })).map(({ text }) => text).sort()).toEqual([
        'hat',
        'lamp',
      ]);
    });

    it('deletes at the user’s request what a reading found, and nothing of anybody else', async () => {
      const [mine, theirs] = [someone(), someone()];
      const [myWords, theirWords] = [
        await said(mine, 'I like tea.'),
        await said(theirs, 'I like tea.'),
      ];
      const [my, their] = [aMemory(myWords), aMemory(theirWords)];
      await memories().apply({ userId: mine }, addingMemory(my));
      await memories().apply({ userId: theirs }, addingMemory(their));

      await memories().apply(
        { userId: mine },
        {
          changes: [my, their].map(({ id }) => ({ kind: 'delete', id, runId: myWords.runId })),
          read: [],
        },
      );

      expect(await textsOf(mine)).toEqual([]);
      expect(await textsOf(theirs)).toEqual(['I like tea.']);
      expect(await memories().erase({ userId: mine }, their.id)).toBe(false);
    });

    it('keeps no memory that comes from another user’s words', async () => {
      const [mine, theirs] = [someone(), someone()];
      const question = await said(theirs, 'The code is 4711.');

      expect(await memories().apply({ userId: mine }, addingMemory(aMemory(question)))).toEqual([]);
      expect(await textsOf(mine)).toEqual([]);
    });

    it('hands out what was said until it was read, oldest first, and counts what reading cost', async () => {
      const userId = someone();
      const one = aQuestion({ userId, text: 'one', at: Date.UTC(2026, 4, 1), audience: 'others' });
      const two = aQuestion({ userId, text: 'two', at: Date.UTC(2026, 4, 2) });
      for (const question of [two, one]) await house.answered(question);
      const before = await memories().unread({ userId }, 9);

      await memories().apply(
        { userId },
        { changes: [], read: [one.runId], usage: { ...NO_USAGE, promptTokens: 30 } },
      );

      expect(before.map(({ text, audience }) => [text, audience])).toEqual([
        ['one', 'others'],
        ['two', 'asker'],
      ]);
      expect((await memories().unread({ userId }, 9)).map(({ text }) => text)).toEqual(['two']);
      expect((await memories().known({ userId })).unread).toBe(1);
    });

    it('remembers how a user wants to be remembered', async () => {
      const userId = someone();
      const { settings: usual } = await memories().known({ userId });

      await memories().set({ userId }, { enabled: false, directEverywhere: true });

      expect(usual).toEqual({ enabled: true, directEverywhere: false });
      expect((await memories().known({ userId })).settings).toEqual({
        enabled: false,
        directEverywhere: true,
      });
    });
  });
}
