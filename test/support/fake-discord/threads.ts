import { PermissionFlagsBits as may } from 'discord.js';
import { isRecord } from '../../../src/shared/parse.ts';
import {
  ApiError,
  type Channel,
  invalidForm,
  type Message,
  missingPermissions,
} from './objects.ts';
import { openedThread } from './places.ts';
import type { World } from './world.ts';

const TEXT = 0;
const ANNOUNCEMENT = 5;
/** Minutes. */
const ARCHIVED_AFTER: ReadonlySet<unknown> = new Set([undefined, 60, 1_440, 4_320, 10_080]);
const HAS_THREAD = 32;

interface Beginning {
  readonly world: World;
  readonly channel: Channel;
  readonly message: Message;
  /** What the bot may do in the channel. */
  readonly bits: bigint;
}

/** The bot opens a thread at a message: it gets the message's id, so that there is one at most. Throws `ApiError`. */
export function beginThread(body: unknown, { world, channel, message, bits }: Beginning): Channel {
  if (channel.type !== TEXT && channel.type !== ANNOUNCEMENT)
    throw new ApiError(400, 50_024, 'Cannot execute action on this channel type');
  if ((bits & may.CreatePublicThreads) === 0n) throw missingPermissions();
  const { name, auto_archive_duration: minutes } = isRecord(body) ? body : {};
  if (typeof name !== 'string' || name.trim() === '' || name.length > 100)
    throw invalidForm('name: 1 to 100 characters');
  if (!ARCHIVED_AFTER.has(minutes)) throw invalidForm('auto_archive_duration: not one of these');
  if (world.channels.has(message.id))
    throw new ApiError(400, 160_004, 'A thread has already been created for this message');
  const thread = openedThread(world, channel, {
    id: message.id,
    name,
    minutes: Number(minutes ?? 1_440),
    owner_id: world.bot.id,
  });
  message.flags |= HAS_THREAD;
  world.onEvent('MESSAGE_UPDATE', message, message);
  return thread;
}
