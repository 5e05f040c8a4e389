import { randomUUID } from 'node:crypto';
import type { ArchivedMessage } from '../../machines/archive/archived.ts';
import { ChannelId } from '../../machines/ids.ts';
import type { ArchiveAudience } from '../../src/store/archive.ts';
import { someone } from './store-builders.ts';

/** A channel nobody has heard of before. */
export const aPlace = (): ChannelId => ChannelId(`channel-${randomUUID()}`);

/** A message after all those before it. */
export function aMessage(
  channelId: ChannelId,
  given: Partial<ArchivedMessage> = {},
): ArchivedMessage {
  lastPosition += 1n;
  const position = given.position ?? String(lastPosition);
  return {
    id: `discord:${position}-${randomUUID().slice(0, 8)}`,
    position,
    channelId,
    authorId: someone(),
    authorName: 'Ada',
    isBot: false,
    content: `message ${position}`,
    attachments: [],
    sentAt: Number((BigInt(position) % 1_000_000n) * 1_000n) + Date.UTC(2026, 4, 1),
    ...given,
  };
}

let lastPosition = 1_300_000_000_000_000_000n;

/** Somebody who may read these channels. */
export const anAudience = (...channels: readonly ChannelId[]): ArchiveAudience => ({
  userId: someone(),
  channels,
});
