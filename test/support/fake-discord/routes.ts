import { PermissionFlagsBits as may } from 'discord.js';
import { isRecord } from '../../../src/shared/parse.ts';
import type { Asked } from './asked.ts';
import { readPost } from './checks.ts';
import type { CommandBook } from './commands.ts';
import { isNewer } from './ids.ts';
import type { Interactions } from './interactions.ts';
import {
  ApiError,
  type Attachment,
  archivedThread,
  type Channel,
  cannotSendTo,
  invalidForm,
  lockedThread,
  type Message,
  missingAccess,
  missingPermissions,
  unknownMessage,
} from './objects.ts';
import { beginThread } from './threads.ts';
import type { World } from './world.ts';

export interface Places {
  readonly world: World;
  readonly interactions: Interactions;
  readonly commands: CommandBook;
  readonly gatewayUrl: () => string;
  /** How many shards a bot shall make, and how many of them may identify at once. */
  readonly sharding: () => { readonly shards: number; readonly max_concurrency: number };
  readonly onTyping: (channelId: string) => void;
  /** Identifies that are left for today. */
  readonly identifiesLeft: () => number;
}

/** What is answered; undefined: 204. Throws `ApiError`. */
export function route(asked: Asked, places: Places): unknown {
  const { world, gatewayUrl } = places;
  switch (asked.path[0]) {
    case 'gateway': {
      const left = places.identifiesLeft();
      const { shards, max_concurrency } = places.sharding();
      const limit = { total: 1_000, remaining: left, reset_after: 60_000, max_concurrency };
      return { url: gatewayUrl(), shards, session_start_limit: limit };
    }
    case 'users':
      return users(asked, world);
    case 'channels':
      return channels(asked, places);
    case 'guilds':
      return member(asked, world);
    case 'interactions':
      return callback(asked, places);
    case 'webhooks':
      return webhooks(asked, places);
    case 'applications':
      return places.commands.handle(asked);
    default:
      throw new ApiError(404, 0, '404: Not Found');
  }
}

function users({ method, path, body }: Asked, world: World): unknown {
  if (path[1] === '@me' && path[2] === 'channels' && method === 'POST') {
    const user = isRecord(body) ? world.users.get(String(body['recipient_id'])) : undefined;
    if (user === undefined) throw new ApiError(400, 50_033, 'Invalid Recipient(s)');
    return world.directChannel(user);
  }
  const user = path[1] === '@me' ? world.bot : world.users.get(path[1] ?? '');
  if (user === undefined) throw new ApiError(404, 10_013, 'Unknown User');
  return user;
}

function member({ path }: Asked, world: World): unknown {
  const found = world.guilds.get(path[1] ?? '')?.members.get(path[3] ?? '');
  if (found === undefined || path[2] !== 'members')
    throw new ApiError(404, 10_007, 'Unknown Member');
  return { ...found, deaf: false, mute: false, flags: 0 };
}

function callback({ path, body, query }: Asked, { interactions }: Places): unknown {
  const [, id = '', token = ''] = path;
  const message = interactions.answer(id, token, body);
  if (query.get('with_response') !== 'true') return undefined;
  return {
    interaction: { id, type: 2 },
    resource: message === undefined ? {} : { type: 4, message },
  };
}

function webhooks({ method, path, body, attachments }: Asked, { interactions }: Places): unknown {
  const token = path[2] ?? '';
  switch (`${method} ${path[4] ?? ''}`) {
    case 'POST ':
      return interactions.followUp(token, body, attachments);
    case 'GET @original':
      return interactions.original(token);
    case 'PATCH @original':
      return interactions.edit(token, body, attachments.length > 0 ? attachments : undefined);
    case 'DELETE @original':
      interactions.erase(token);
      return undefined;
    default:
      throw new ApiError(404, 0, '404: Not Found');
  }
}

function channels(asked: Asked, places: Places): unknown {
  const { world, onTyping } = places;
  const { method, path } = asked;
  const channel = world.channel(path[1] ?? '');
  const bits = world.permissions(world.bot, channel);
  if ((bits & may.ViewChannel) === 0n) throw missingAccess();
  if (path[2] === undefined) return channel;
  if (path[2] === 'typing' && method === 'POST') {
    if ((bits & may.SendMessages) === 0n) throw missingPermissions();
    onTyping(channel.id);
    return undefined;
  }
  if (path[2] !== 'messages') throw new ApiError(404, 0, '404: Not Found');
  return path[3] === undefined
    ? inChannel(asked, { world, channel, bits })
    : oneMessage(asked, { world, channel, bits });
}

interface Where {
  readonly world: World;
  readonly channel: Channel;
  readonly bits: bigint;
}

function inChannel(asked: Asked, { world, channel, bits }: Where): unknown {
  const { method, query, body, attachments } = asked;
  if (method === 'GET') {
    // Without the permission, Discord answers with an empty list, not with an error.
    return (bits & may.ReadMessageHistory) === 0n
      ? []
      : pageOf(world.messages.get(channel.id) ?? [], query).map(withoutNonce);
  }
  if (method !== 'POST') throw new ApiError(405, 0, '405: Method Not Allowed');
  checkMayPost(world, channel, bits);
  const post = readPost(body);
  if (attachments.length > 0 && (bits & may.AttachFiles) === 0n) throw missingPermissions();
  if (post.replyTo !== undefined && (bits & may.ReadMessageHistory) === 0n)
    throw new ApiError(400, 160_002, 'Cannot reply without permission to read message history');
  return world.write({ by: world.bot, in: channel, post, attachments });
}

function checkMayPost(world: World, channel: Channel, bits: bigint): void {
  if ((bits & may.SendMessages) === 0n) throw missingPermissions();
  if (channel.thread_metadata?.locked === true && (bits & may.ManageThreads) === 0n)
    throw lockedThread();
  if (channel.recipients?.some(({ id }) => world.closedTo.has(id))) throw cannotSendTo();
}

function oneMessage(asked: Asked, { world, channel, bits }: Where): unknown {
  const { method, path, body, attachments } = asked;
  if ((bits & may.ReadMessageHistory) === 0n && method === 'GET') throw unknownMessage();
  const message = world.message(channel.id, path[3] ?? '');
  if (path[4] === 'threads') return beginThread(body, { world, channel, message, bits });
  if (method !== 'GET' && channel.thread_metadata?.archived === true) throw archivedThread();
  switch (method) {
    case 'GET':
      return withoutNonce(message);
    case 'PATCH':
      if (message.author.id !== world.bot.id)
        throw new ApiError(403, 50_005, 'Cannot edit a message authored by another user');
      return world.edit(message, readPost(body), keptFiles(message, body, attachments));
    case 'DELETE':
      if (message.author.id !== world.bot.id && (bits & may.ManageMessages) === 0n)
        throw missingPermissions();
      world.erase(message);
      return undefined;
    default:
      throw new ApiError(405, 0, '405: Method Not Allowed');
  }
}

/** An edit keeps the files that it names, or all if it names none. */
function keptFiles(
  { attachments: before }: Message,
  body: unknown,
  added: readonly Attachment[],
): readonly Attachment[] | undefined {
  const named = isRecord(body) ? body['attachments'] : undefined;
  if (!Array.isArray(named)) return added.length === 0 ? undefined : [...before, ...added];
  const ids = new Set(
    named.flatMap((file: unknown) => (isRecord(file) ? [String(file['id'])] : [])),
  );
  return [...before.filter(({ id }) => ids.has(id)), ...added];
}

/** A nonce is told when a message is posted, and never again. */
const withoutNonce = ({ nonce: _, ...message }: Message): Message => message;

/** Newest first, whatever is asked for. */
function pageOf(all: readonly Message[], query: URLSearchParams): readonly Message[] {
  const limit = Number(query.get('limit') ?? 50);
  if (!(limit >= 1 && limit <= 100)) throw invalidForm('limit: 1 to 100');
  const [before, after] = [query.get('before'), query.get('after')];
  if (before !== null && after !== null) throw invalidForm('before and after exclude each other');
  if (after !== null)
    return all
      .filter(({ id }) => isNewer(id, after))
      .slice(0, limit)
      .reverse();
  const earlier = before === null ? all : all.filter(({ id }) => isNewer(before, id));
  return earlier.slice(-limit).reverse();
}
