import type { APIMessage } from 'discord.js';
import type { OutgoingPart } from '../../shared/platform.ts';
import { languageOf, say } from '../commands/texts.ts';
import { type ChannelRest, NotYet, type Outgoing } from '../rest.ts';
import { ownMessages } from './own-messages.ts';
import { beforeAllOf, looksLike } from './standing.ts';

export interface PrivateOptions {
  readonly rest: ChannelRest;
  /** Undefined as long as we are not connected. */
  readonly botId: () => string | undefined;
  /** Those of these messages that are recorded as parts. Rejects when it cannot be read now. */
  readonly knownOf: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
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
  options: PrivateOptions,
): Promise<string> {
  const { rest, signal } = options;
  const ourId = options.botId();
  if (ourId === undefined) throw new NotYet('We are not connected yet.');
  const channelId = await rest.directChannel(ownerId, signal);
  const { nonce } = part;
  const channel = `<#${part.channelId}>`;
  const note = `-# ${say(languageOf(part.language), 'told_privately', { channel })}`;
  const noted = `${note}\n${message.content}`;
  const isFirst = part.part === 0;
  const content = isFirst && noted.length <= MAX_CHARS ? noted : message.content;
  const standsAlone = isFirst && content !== noted;

  const ours: APIMessage[] = [];
  const where = { channelId, after: beforeAllOf(part), ourId };
  for await (const page of ownMessages(where, rest, signal)) ours.push(...page.toReversed());
  const ids = ours.map(({ id }) => id);
  const known = ids.length === 0 ? new Set<string>() : await options.knownOf(ids);
  const sought = { part, contents: [content], hasButtons: message.buttons !== undefined };
  const there = ours.find((one) => looksLike(one, sought) && !known.has(one.id));
  if (there !== undefined) return there.id;
  if (standsAlone && !isNoted(note, ours, known))
    await rest.post(channelId, { content: note, nonce: `n${nonce}`.slice(0, 25) }, signal);
  return await rest.post(channelId, { ...message, content, nonce }, signal);
}

/** A note with another answer below it is that one's. */
const isNoted = (note: string, ours: readonly APIMessage[], known: ReadonlySet<string>): boolean =>
  ours.some(({ content }, index) => content === note && !known.has(ours[index + 1]?.id ?? ''));
