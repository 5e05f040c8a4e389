import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChannelId } from '../../machines/ids.ts';
import type { RunOutcome } from '../../machines/question.ts';
import { anAnswer, aQuestion, aRecord, aRun, untilDone } from '../support/store-builders.ts';
import { aMessage, aPlatform, outboxOf } from './outbox-kit.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const REFUSED: RunOutcome = { kind: 'refused', refusal: { kind: 'house_full' } };

/** What every store promises about answers on their way to a platform. */
export function keepsOutbox(house: StoreUnderTest): void {
  const { pending, answer, drain } = outboxOf(house);

  describe('the outbox', () => {
    it('holds the parts of an answer from the moment its run has ended, with all that sending needs', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);

      await answer(question, ['one', 'two']);

      expect(await pending(platform)).toEqual([
        {
          messageId: question.runId,
          part: 0,
          channelId: 'general',
          origin: question.origin,
          content: 'one',
          nonce: expect.stringMatching(/^[\w-]{25}$/),
          tries: 0,
          notBefore: question.at + 2_000,
          createdAt: question.at + 2_000,
        },
      ]);
    });

    it('names each part by a nonce that is the same in every life and different for each part', async () => {
      const platform = 'chat';
      const nonces: string[] = [];
      const question = aMessage(platform, { runId: aQuestion().runId });
      await answer(question, ['one', 'two']);
      for (const part of [0, 1]) {
        const [next] = (await pending(platform)).filter((row) => row.messageId === question.runId);
        nonces.push(next?.nonce ?? 'none');
        await house.store().outbox.sent({ messageId: question.runId, part }, `there-${part}`);
      }

      const expected = [0, 1].map((part) =>
        createHash('sha256')
          .update(`${question.runId}:${part}:chat`)
          .digest('base64url')
          .slice(0, 25),
      );
      expect(nonces).toEqual(expected);
    });

    it('takes the parts of one end only, however often and by whomever the run is ended', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);

      await answer(question, ['first']);
      await answer(question, ['second', 'third'], 2);

      expect(await drain(platform)).toEqual(['first']);
    });

    it('takes nothing of an incarnation that a newer one has followed', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);
      await house.store().runs.begin(aRun(question, 2), question, untilDone);

      await answer(question, ['late'], 1);

      expect(await pending(platform)).toEqual([]);
    });

    it('takes nothing of a question that came by no platform', async () => {
      const question = aQuestion();
      await house.store().inbox.accept(question);

      const end = { ...aRecord(question, anAnswer('84')), parts: ['lost'] };

      expect(await house.store().runs.end(end, untilDone)).toEqual({ kind: 'saved' });
    });

    it('holds what is said of a question that ended without a run, once', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);
      await house.store().inbox.accept(question);

      await house
        .store()
        .inbox.finish(question, { outcome: REFUSED, parts: ['No team became free.'] });
      await house
        .store()
        .inbox.finish(question, { outcome: REFUSED, parts: ['Again.', 'And again.'] });

      expect(await house.unfinishedOf(question.userId)).toEqual([]);
      expect(await drain(platform)).toEqual(['No team became free.']);
    });

    it('says nothing of a question whose run has ended meanwhile', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);
      await answer(question, ['84']);

      await house.store().inbox.finish(question, { outcome: REFUSED, parts: ['Refused.'] });

      expect(await drain(platform)).toEqual(['84']);
    });

    it('gives the next part of each channel, the oldest answer first', async () => {
      const platform = aPlatform();
      const inChannel = (channel: string, text: string) =>
        answer(aMessage(platform, { channelId: ChannelId(channel) }), [`${text}.0`, `${text}.1`]);
      await inChannel('b', 'b1');
      await inChannel('a', 'a1');
      await inChannel('b', 'b2');

      const first = (await pending(platform)).map(({ content }) => content);

      expect(first).toEqual(['b1.0', 'a1.0']);
      expect(await drain(platform)).toEqual(['b1.0', 'b1.1', 'a1.0', 'a1.1', 'b2.0', 'b2.1']);
    });

    it('puts a part that waits for its time behind those that are due, and holds its channel', async () => {
      const platform = aPlatform();
      const slow = aMessage(platform, { channelId: ChannelId('slow') });
      await answer(slow, ['slow.0', 'slow.1']);
      const quick = aMessage(platform, { channelId: ChannelId('quick') });
      await answer(quick, ['quick.0']);
      const now = slow.at + 10_000;

      await house.store().outbox.retryLater({ messageId: slow.runId, part: 0 }, now + 5_000);

      const found = await pending(platform, { now });
      expect(found.map(({ content, tries }) => [content, tries])).toEqual([
        ['quick.0', 0],
        ['slow.0', 1],
      ]);
      expect(found[1]?.notBefore).toBe(now + 5_000);
    });

    it('gives up the rest of an answer when the platform takes one part of it never', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);
      await answer(question, ['0', '1', '2']);
      await answer(aMessage(platform), ['other']);
      await house.store().outbox.sent({ messageId: question.runId, part: 0 }, 'there');

      await house.store().outbox.failed({ messageId: question.runId, part: 1 });

      expect(await drain(platform)).toEqual(['other']);
    });

    it('changes no part that is there already', async () => {
      const platform = aPlatform();
      const question = aMessage(platform);
      await answer(question, ['84']);
      const key = { messageId: question.runId, part: 0 };
      await house.store().outbox.sent(key, 'there');

      const marks = [
        await house.store().outbox.retryLater(key, 0),
        await house.store().outbox.failed(key),
        await house.store().outbox.sent(key, 'elsewhere'),
      ];

      expect(marks).toEqual([undefined, undefined, undefined]);
      expect(await pending(platform)).toEqual([]);
    });

    it('keeps apart what belongs to different platforms', async () => {
      const [mine, other] = [aPlatform(), aPlatform()];
      await answer(aMessage(other), ['theirs']);

      expect(await pending(mine)).toEqual([]);
    });

    it('keeps texts that PostgreSQL would refuse', async () => {
      const platform = aPlatform();

      const saved = await answer(aMessage(platform), ['a\0b \ud800 "c"']);

      expect(saved).toEqual({ kind: 'saved' });
      expect(await drain(platform)).toEqual(['ab � "c"']);
    });

    it('tells which messages of a platform parts stand in, whosesoever they are, and no others', async () => {
      const [platform, elsewhere] = [aPlatform(), aPlatform()];
      const ids = ['there-1', 'there-2', 'there-3', "it's \u0000 \ud800"];
      const [adas, bobs] = [aMessage(platform), aMessage(platform)];
      await answer(adas, ['one', 'two']);
      await answer(bobs, ['three']);
      await answer(aMessage(elsewhere), ['four']);
      await drain(elsewhere);
      const known = () => house.store().outbox.known(platform, ids);

      const before = await known();
      const { outbox } = house.store();
      await outbox.sent({ messageId: adas.runId, part: 0 }, 'there-1');
      await outbox.sent({ messageId: bobs.runId, part: 0 }, 'there-3');

      expect(before).toEqual({ kind: 'read', ids: new Set() });
      expect(await known()).toEqual({ kind: 'read', ids: new Set(['there-1', 'there-3']) });
    });
  });
}
