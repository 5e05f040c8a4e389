import { describe, expect, it } from 'vitest';
import type { ArchivedMessage } from '../../machines/archive/archived.ts';
import type { ChannelId } from '../../machines/ids.ts';
import { aMessage, anAudience, aPlace } from '../support/archive-builders.ts';
import { someone } from '../support/store-builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every store promises about the archive of channels. */
export function keepsArchive(house: StoreUnderTest): void {
  const archive = () => house.store().archive;
  const all = (channelId: ChannelId): Promise<readonly ArchivedMessage[]> =>
    archive().recent(anAudience(channelId), { channelId, limit: 100 });
  const textsOf = async (channelId: ChannelId): Promise<readonly string[]> =>
    (await all(channelId)).map(({ content }) => content);

  describe('the archive', () => {
    it('keeps messages with all that belongs to them', async () => {
      const channelId = aPlace();
      const message = aMessage(channelId, {
        guildId: 'discord:9',
        attachments: [{ id: '77', name: 'notes.txt' }],
        replyTo: 'discord:1',
        editedAt: Date.UTC(2026, 4, 2),
        isBot: true,
      });

      await archive().keep([message]);

      expect(await all(channelId)).toEqual([message]);
    });

    it('keeps a message once, however often it comes', async () => {
      const channelId = aPlace();
      const message = aMessage(channelId);

      expect(await archive().keep([message, message])).toBe(1);
      expect(await archive().keep([message])).toBe(0);
      expect(await all(channelId)).toHaveLength(1);
    });

    it('follows edits, and takes no older text for a newer one', async () => {
      const channelId = aPlace();
      const message = aMessage(channelId, { content: 'first' });
      const edited = { ...message, content: 'second', editedAt: message.sentAt + 1_000 };
      const again = { ...message, content: 'third', editedAt: message.sentAt + 2_000 };

      await archive().keep([message]);
      await archive().keep([again]);
      await archive().keep([edited]);
      await archive().keep([message]);

      expect(await textsOf(channelId)).toEqual(['third']);
    });

    it('drops what was deleted, in its own channel only', async () => {
      const [channelId, other] = [aPlace(), aPlace()];
      const [gone, kept] = [aMessage(channelId), aMessage(other)];
      await archive().keep([gone, kept]);

      expect(await archive().drop(channelId, [gone.id, kept.id])).toBe(1);
      expect(await all(channelId)).toEqual([]);
      expect(await all(other)).toEqual([kept]);
    });

    it('compares within a stretch only, and spares what came meanwhile', async () => {
      const channelId = aPlace();
      const at = (n: number): string => `90000000000000000${n}`;
      const five = [1, 2, 3, 4, 5].map((n) =>
        aMessage(channelId, { position: at(n), content: `${n}`, sentAt: n }),
      );
      await archive().keep(five);

      const dropped = await archive().compare({
        channelId,
        from: at(2),
        to: at(4),
        ids: five.filter(({ content }) => content === '2').map(({ id }) => id),
        sentBefore: 4,
      });

      expect(dropped).toBe(1);
      expect(await textsOf(channelId)).toEqual(['1', '2', '4', '5']);
    });

    it('shows nothing of a channel that the audience may not read', async () => {
      const [open, closed] = [aPlace(), aPlace()];
      await archive().keep([
        aMessage(open, { content: 'tea is ready' }),
        aMessage(closed, { content: 'tea is poisoned' }),
      ]);

      const found = await archive().search(anAudience(open), { query: 'tea', limit: 10 });
      const read = await archive().recent(anAudience(open), { channelId: closed, limit: 10 });

      expect(found.map(({ content }) => content)).toEqual(['tea is ready']);
      expect(read).toEqual([]);
    });

    it('finds any of the words, the newer of two equal matches first', async () => {
      const channelId = aPlace();
      const now = Date.now();
      const days = (n: number): number => now - n * 86_400_000;
      await archive().keep([
        aMessage(channelId, { content: 'the kettle boils', sentAt: days(200) }),
        aMessage(channelId, { content: 'a kettle boils', sentAt: days(1) }),
        aMessage(channelId, { content: 'nothing of that', sentAt: days(1) }),
      ]);

      const query = 'who boiled the kettles?';
      const found = await archive().search(anAudience(channelId), { query, limit: 10 });

      expect(found.map(({ content }) => content)).toEqual(['a kettle boils', 'the kettle boils']);
    });

    it('reads on from a message', async () => {
      const channelId = aPlace();
      const three = ['a', 'b', 'c'].map((content) => aMessage(channelId, { content }));
      await archive().keep(three);

      const page = { channelId, limit: 1, before: three[2]?.id ?? '' };
      const read = await archive().recent(anAudience(channelId), page);

      expect(read.map(({ content }) => content)).toEqual(['b']);
    });

    it('remembers how far it reaches', async () => {
      const channelId = aPlace();
      const reach = { oldest: '1', newest: '1300000000000000001', complete: false };
      expect(await archive().reach(channelId)).toBeUndefined();

      await archive().reached({ channelId, guildId: 'discord:9' }, reach);
      await archive().reached({ channelId }, { ...reach, complete: true });

      expect(await archive().reach(channelId)).toEqual({ ...reach, complete: true });
    });

    it.each([
      ['everything', () => ({ kind: 'everything' }) as const],
      ['a channel', (channelId: ChannelId) => ({ kind: 'channel', channelId }) as const],
    ])(
      'forgets an author who wants %s forgotten, and imports nothing of it again',
      async (_what, scope) => {
        const channelId = aPlace();
        const [authorId, other] = [someone(), someone()];
        const old = aMessage(channelId, { authorId, content: 'mine' });
        const theirs = aMessage(channelId, { authorId: other, content: 'theirs' });
        await archive().keep([old, theirs]);

        await house.store().forgetting.forget(authorId, scope(channelId));
        await archive().keep([old, aMessage(channelId, { authorId, content: 'older still' })]);
        await archive().keep([
          aMessage(channelId, { authorId, content: 'new', sentAt: Date.now() + 60_000 }),
        ]);

        expect(await textsOf(channelId)).toEqual(['theirs', 'new']);
      },
    );

    it('keeps texts that PostgreSQL cannot', async () => {
      const channelId = aPlace();
      await archive().keep([aMessage(channelId, { content: 'a\0b\ud800' })]);

      expect(await textsOf(channelId)).toEqual(['ab\ufffd']);
    });

    it('shows a direct message to the one whose it is, whoever wrote it, and to nobody else', async () => {
      const channelId = aPlace();
      const [ada, team] = [someone(), someone()];
      const ofAda = { privateTo: ada, content: 'a private word' };
      const said = [
        aMessage(channelId, { ...ofAda, authorId: ada }),
        aMessage(channelId, { ...ofAda, authorId: team, isBot: true }),
      ];
      await archive().keep(said);

      const seenBy = async (audience: ReturnType<typeof anAudience>) => [
        await archive().recent(audience, { channelId, limit: 9 }),
        await archive().search(audience, { query: 'private', limit: 9 }),
      ];

      const own = { userId: ada, channels: [channelId] };
      expect(await archive().recent(own, { channelId, limit: 9 })).toEqual(said);
      expect((await seenBy(own)).map(({ length }) => length)).toEqual([2, 2]);
      expect(await seenBy(anAudience(channelId))).toEqual([[], []]);
    });

    it('forgets direct messages whole, ours with theirs, and takes none of them again', async () => {
      const channelId = aPlace();
      const [ada, team] = [someone(), someone()];
      const said = [ada, team].map((authorId) => aMessage(channelId, { authorId, privateTo: ada }));
      await archive().keep(said);

      await house.store().forgetting.forget(ada, { kind: 'channel', channelId });
      const kept = await archive().keep(said);

      expect(kept).toBe(0);
      expect(
        await archive().recent({ userId: ada, channels: [channelId] }, { channelId, limit: 9 }),
      ).toEqual([]);
    });
  });
}
