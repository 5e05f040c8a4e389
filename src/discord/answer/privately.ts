import type { OutgoingPart } from '../../shared/platform.ts';
import { type ChannelRest, NotYet, type Outgoing } from '../rest.ts';
import { ownMessage } from './own-message.ts';

export interface PrivateOptions {
  readonly rest: ChannelRest;
  /** Undefined as long as we are not connected. */
  readonly botId: () => string | undefined;
  readonly signal: AbortSignal;
}

export interface PrivatePart {
  readonly part: OutgoingPart;
  readonly message: Outgoing;
  /** Who has asked. */
  readonly ownerId: string;
}

/** Of a message. */
const MAX_CHARS = 2_000;

/**
 * Tells an answer to whoever asked, since the channel of the question does not take it any more. Gives back the id of
 * the message, which an earlier attempt may have put there. Rejects with what discord.js throws: not everybody takes
 * direct messages.
 */
export async function sendPrivately(
  { part, message, ownerId }: PrivatePart,
  { rest, botId, signal }: PrivateOptions,
): Promise<string> {
  const ourId = botId();
  if (ourId === undefined) throw new NotYet('We are not connected yet.');
  const channelId = await rest.directChannel(ownerId, signal);
  const sought = { channelId, after: part.replyTo, text: message.content, ourId };
  const there = await ownMessage(sought, rest, signal);
  if (there !== undefined) return there;
  const { nonce } = part;
  const note = `-# I may not write in <#${part.channelId}> any more, so this answer is for you alone.`;
  const noted = part.part === 0 ? `${note}\n${message.content}` : message.content;
  if (noted.length <= MAX_CHARS)
    return await rest.post(channelId, { ...message, content: noted, nonce }, signal);
  await rest.post(channelId, { content: note, nonce: `n${nonce}`.slice(0, 25) }, signal);
  return await rest.post(channelId, { ...message, nonce }, signal);
}
