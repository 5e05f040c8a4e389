import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { attempt } from '../../src/delivery/attempt.ts';
import type { OutgoingPart } from '../../src/shared/platform.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Message } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, closeAfterEach } from './discord-house.ts';
import { ADA, aPart, aSendingSide, asks } from './sending-side.ts';

guardAgainstLeaks();
closeAfterEach();

const { signal } = new AbortController();

const contents = (discord: FakeDiscord): readonly string[] =>
  discord.answers(discord.general).map(({ content }) => content);

/** A side on which something was posted already, by a life that did not live to record it. */
async function posted(discord: FakeDiscord, part: OutgoingPart): Promise<string> {
  const sent = await aSendingSide(discord).platform.send(part, { signal });
  if (sent.kind !== 'sent') throw new Error(sent.why);
  return sent.platformId;
}

describe('an answer that leaves a minute after it was written', { timeout: 60_000 }, () => {
  it('is said, although somebody else was told the same meanwhile', async () => {
    const discord = await aDiscord();
    const [adas, bobs] = [asks(discord, 'ada'), asks(discord, 'bob')];
    await posted(discord, aPart(adas));
    const { clock, platform } = aSendingSide(discord);

    await clock.advance(60_000);
    const { channelId, ...part } = aPart(bobs);
    const origin = { platform: 'discord', channelId, replyTo: bobs.id, position: 0 };
    const waiting = { ...part, channelId, origin, tries: 0, notBefore: 0 };
    await attempt(waiting, { platform, clock, timeoutMs: 15_000, signal });

    expect(contents(discord)).toEqual(['Yes.', 'Yes.']);
  });
});

interface Stands {
  readonly how: string;
  readonly there: (to: Message, others: Message) => OutgoingPart;
  readonly sought?: (to: Message) => OutgoingPart;
}

interface FoundAgain {
  readonly how: string;
  readonly there: (to: Message) => OutgoingPart;
  readonly isGone?: boolean;
  readonly isFileless?: boolean;
}

const plain = { hasButtons: false };
const second = { part: 1, ...plain };

describe('what stands in the channel already', { timeout: 60_000 }, () => {
  it.each<Stands>([
    { how: 'the answer of another run, word for word', there: (_, other) => aPart(other) },
    {
      how: 'a sentence to somebody else, word for word',
      there: (_, other) => aPart(other, plain),
      sought: (to) => aPart(to, plain),
    },
    {
      how: 'the first part of the same answer, when its second has the same words',
      there: (to) => aPart(to, plain),
      sought: (to) => aPart(to, second),
    },
    {
      how: 'an answer that only ends with these words',
      there: (to) => aPart(to, { text: 'No.\nYes.', ...second }),
      sought: (to) => aPart(to, second),
    },
    {
      how: 'the middle of an answer, when the end of another has the same words',
      there: (_, other) => aPart(other, second),
    },
  ])('is not taken for a part of an answer: $how', async ({ there, sought = aPart }) => {
    const discord = await aDiscord();
    const [adas, bobs] = [asks(discord, 'ada'), asks(discord, 'bob')];
    await posted(discord, there(bobs, adas));

    const found = await aSendingSide(discord).platform.find(sought(bobs), { signal });

    expect(found).toEqual({ kind: 'absent' });
  });

  it('is not taken for a part of an answer when it is recorded as another one', async () => {
    const discord = await aDiscord();
    const [adas, bobs] = [asks(discord, 'ada'), asks(discord, 'bob')];
    const known = new Set([await posted(discord, aPart(adas, second))]);
    const { platform } = aSendingSide(discord, { known });

    const before = await platform.find(aPart(bobs, second), { signal });
    const platformId = await posted(discord, aPart(bobs, second));
    const after = await platform.find(aPart(bobs, second), { signal });

    expect(before).toEqual({ kind: 'absent' });
    expect(after).toEqual({ kind: 'found', platformId });
  });

  it('is not taken for a part of an answer that was written long after', async () => {
    const discord = await aDiscord();
    const bobs = asks(discord, 'bob');
    await posted(discord, aPart(bobs, second));
    const createdAt = Date.now() + 60 * 60_000;

    const found = await aSendingSide(discord).platform.find(aPart(bobs, { ...second, createdAt }), {
      signal,
    });

    expect(found).toEqual({ kind: 'absent' });
  });

  it.each<FoundAgain>([
    { how: 'as a reply', there: (to) => aPart(to) },
    { how: 'without a reply, its question being gone', there: (to) => aPart(to), isGone: true },
    { how: 'with a name before it', there: (to) => aPart(to, { askerId: to.author.id }) },
    {
      how: 'without the files that might not be attached',
      there: (to) => aPart(to, { made: { userId: ADA, ids: ['chart'] } }),
      isFileless: true,
    },
  ])('is found after a restart when it is the part: $how', async ({ there, ...how }) => {
    const discord = await aDiscord();
    const { guild, general } = discord;
    const asked = asks(discord, 'ada');
    const deny = String(how.isFileless === true ? PermissionFlagsBits.AttachFiles : 0);
    general.permission_overwrites = [{ id: guild.id, type: 0, allow: '0', deny }];
    if (how.isGone === true) discord.world.erase(asked);
    const platformId = await posted(discord, there(asked));

    const found = await aSendingSide(discord).platform.find(there(asked), { signal });

    expect(found).toEqual({ kind: 'found', platformId });
  });
});

describe('an answer that came beside its draft before the process died', {
  timeout: 60_000,
}, () => {
  it('has no draft beside it when it was found', async () => {
    const discord = await aDiscord();
    const asked = asks(discord, 'ada');
    const draft = await posted(discord, aPart(asked, { text: '-# thinking…', nonce: 'draft' }));
    const part = aPart(asked, { createdAt: 40_000 });
    await posted(discord, part);
    const { platform } = aSendingSide(discord, { drafts: { [part.messageId]: draft } });

    await platform.find(part, { signal });

    expect(contents(discord)).toEqual(['Yes.']);
  });
});
