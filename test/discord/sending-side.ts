import { Drafts } from '../../src/discord/answer/drafts.ts';
import { writtenPart } from '../../src/discord/answer/part.ts';
import { createDiscordPlatform } from '../../src/discord/answer/platform.ts';
import { ChannelRest } from '../../src/discord/rest.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { OutgoingPart } from '../../src/shared/platform.ts';
import { Secret } from '../../src/shared/secret.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, Message } from '../support/fake-discord/objects.ts';

export const ADA = 'discord:ada';

interface Kept {
  /** The drafts that are kept, by the ids of their runs. */
  readonly drafts?: Readonly<Record<string, string>>;
  /** The messages that are recorded as parts. */
  readonly known?: ReadonlySet<string>;
}

/** The sending side alone, on a clock that is turned by hand. */
export function aSendingSide(
  { token, apiUrl, world }: FakeDiscord,
  { drafts: kept = {}, known = new Set() }: Kept = {},
) {
  const clock = simulatedClock();
  const rest = new ChannelRest({ token: new Secret(token), apiUrl, onUnauthorized() {} });
  const book = {
    keep: () => Promise.resolve(undefined),
    find(runId: string) {
      const messageId = kept[runId];
      const draft = messageId === undefined ? undefined : { messageId, isAnswer: false };
      return Promise.resolve({ kind: 'read', draft } as const);
    },
  };
  const drafts = new Drafts({ rest, book, clock, log: silentLog, present: (text) => text });
  const readFile = async (userId: string, id: string) =>
    userId === ADA && id === 'chart' ? { name: 'chart.png', data: Buffer.from('PNG') } : undefined;
  const knownOf = async (ids: readonly string[]) => new Set(ids.filter((id) => known.has(id)));
  const botId = () => world.bot.id;
  const platform = createDiscordPlatform({ rest, drafts, botId, readFile, knownOf });
  return { clock, drafts, platform };
}

type PartWishes = Partial<OutgoingPart> & Partial<Parameters<typeof writtenPart>[0]>;

/** The first part of the answer to a message, with what can be done with it, unless it is said otherwise. */
export function aPart(
  to: Pick<Message, 'id' | 'channel_id'>,
  { text = 'Yes.', hasButtons = true, askerId, ownerId, made, ...over }: PartWishes = {},
): OutgoingPart {
  const more = {
    ...(askerId === undefined ? {} : { askerId }),
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(made === undefined ? {} : { made }),
  };
  const part = over.part ?? 0;
  return {
    channelId: to.channel_id,
    replyTo: to.id,
    content: writtenPart({ text, hasButtons, ...more }),
    nonce: `${to.id}:${part}`,
    messageId: `discord:${to.id}`,
    part,
    position: 0,
    createdAt: 0,
    ...over,
  };
}

/** Somebody asks something there. */
export const asks = (discord: FakeDiscord, name: string, where: Channel = discord.general) =>
  discord.say({ by: discord.person(name), in: where, text: '!is it so?' });
