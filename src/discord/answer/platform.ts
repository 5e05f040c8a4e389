import type { APIMessage } from 'discord.js';
import type { FindResult, OutgoingPart, Platform, SendResult } from '../../shared/platform.ts';
import { DISCORD } from '../house.ts';
import {
  type ChannelRest,
  isGone,
  isUnreadable,
  type Outgoing,
  type OutgoingFile,
  problemOf,
} from '../rest.ts';
import type { Draft } from './book.ts';
import { answerButtons } from './buttons.ts';
import type { Drafts } from './drafts.ts';
import { readPart } from './part.ts';

export interface PlatformOptions {
  readonly rest: ChannelRest;
  readonly drafts: Drafts;
  /** What a user's run has made; undefined when it is not there (any more). Rejects when it cannot be read now. */
  readonly readFile: (userId: string, id: string) => Promise<OutgoingFile | undefined>;
  /** Undefined as long as we are not connected. */
  readonly botId: () => string | undefined;
}

/** For how long Discord lets a nonce stand for its message: "the past few minutes". */
const DEDUPE_MS = 2 * 60_000;
/** After that, an answer comes as a message of its own, since an edit notifies nobody. */
const SLOW_MS = 30_000;

/** Brings answers to Discord: into the draft's place when they were quick, else as a message that notifies the asker. */
export function createDiscordPlatform(options: PlatformOptions): Platform {
  return {
    name: DISCORD,
    dedupeWindowMs: DEDUPE_MS,
    send: (part, { signal }) => settled(() => send(part, options, signal)),
    find: (part, { signal }) => settled(() => find(part, options, signal)),
  };
}

async function send(
  part: OutgoingPart,
  options: PlatformOptions,
  signal: AbortSignal,
): Promise<SendResult> {
  if (part.part > 0) return await post(part, options, signal);
  const sent = await sendFirst(part, options, signal);
  if (sent.kind !== 'unsent') options.drafts.forget(part.messageId);
  return sent;
}

async function sendFirst(
  part: OutgoingPart,
  options: PlatformOptions,
  signal: AbortSignal,
): Promise<SendResult> {
  const found = await options.drafts.settle(part.messageId);
  if (found.kind === 'failed') return { kind: 'unsent', why: found.failure.message };
  const { draft } = found;
  if (draft === undefined) return await post(part, options, signal);
  if (takesItsPlace(part, draft)) return await replace(part, draft, { ...options, signal });
  const posted = await post(part, options, signal);
  if (posted.kind === 'sent') await putAway(part, draft, { ...options, signal });
  return posted;
}

/** Decided by what is kept, so that each attempt decides alike. */
const takesItsPlace = ({ createdAt, position }: OutgoingPart, { isAnswer }: Draft): boolean =>
  isAnswer || createdAt - position <= SLOW_MS;

interface Sending extends PlatformOptions {
  readonly signal: AbortSignal;
}

/** May be done twice: the same words in the same place. */
async function replace(
  part: OutgoingPart,
  { messageId }: Draft,
  { signal, ...options }: Sending,
): Promise<SendResult> {
  try {
    const where = { channelId: part.channelId, messageId };
    await options.rest.edit(where, await messageOf(part, options), signal);
    return { kind: 'sent', platformId: messageId };
  } catch (error) {
    if (!isGone(error)) throw error;
    return await post(part, options, signal);
  }
}

async function post(
  part: OutgoingPart,
  options: PlatformOptions,
  signal: AbortSignal,
): Promise<SendResult> {
  const { rest } = options;
  const { channelId, nonce } = part;
  const { askerId } = readPart(part.content);
  const message = { ...addressed(await messageOf(part, options), askerId), nonce };
  const replyTo = { messageId: part.replyTo, pings: true };
  try {
    const reply = part.part === 0 ? { ...message, replyTo } : message;
    return { kind: 'sent', platformId: await rest.post(channelId, reply, signal) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { kind: 'sent', platformId: await rest.post(channelId, message, signal) };
  }
}

/** A draft that is gone already was erased by an earlier attempt. What answers a command stays: it shows who called it. */
async function putAway(
  { channelId, replyTo }: OutgoingPart,
  { messageId }: Draft,
  { rest, signal }: Sending,
): Promise<void> {
  try {
    if (messageId === replyTo)
      await rest.edit({ channelId, messageId }, { content: '-# The answer is below.' }, signal);
    else await rest.erase(channelId, messageId, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** The reply to a command notifies nobody, so that whoever called it is named; where there is room. */
function addressed(message: Outgoing, askerId: string | undefined): Outgoing {
  if (askerId === undefined) return message;
  const content = `<@${askerId}>\n${message.content}`;
  return content.length > MAX_CHARS ? message : { ...message, content, mention: askerId };
}

/** Of a message. */
const MAX_CHARS = 2_000;

async function messageOf(
  { content, messageId }: OutgoingPart,
  { readFile }: PlatformOptions,
): Promise<Outgoing> {
  const { text, file, made, hasButtons } = readPart(content);
  const whole = file === undefined ? [] : [{ name: file.name, data: Buffer.from(file.content) }];
  const { userId = '', ids = [] } = made ?? {};
  const found = await Promise.all(ids.map((id) => readFile(userId, id)));
  // What was erased meanwhile is not there; the answer is.
  const files = [...whole, ...found.filter((one) => one !== undefined)];
  return {
    content: text,
    ...(hasButtons ? { buttons: answerButtons(messageId) } : {}),
    ...(files.length === 0 ? {} : { files }),
  };
}

/** How many pages of a channel are looked through for a message that may be there. */
const MAX_PAGES = 10;

/** Discord tells no nonces afterwards: ours is known by its writer and its words. */
async function find(
  part: OutgoingPart,
  { rest, botId }: PlatformOptions,
  signal: AbortSignal,
): Promise<FindResult> {
  const { text } = readPart(part.content);
  const ourId = botId();
  if (ourId === undefined) return { kind: 'unsent', why: 'We are not connected yet.' };
  const isOurs = ({ author, content }: APIMessage): boolean =>
    author.id === ourId && content.endsWith(text.trim());
  let after = part.replyTo;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await rest.page(part.channelId, { after, limit: '100' }, signal);
    const ours = page.find(isOurs);
    if (ours !== undefined) return { kind: 'found', platformId: ours.id };
    const newest = page[0]?.id;
    if (newest === undefined || page.length < 100) return { kind: 'absent' };
    after = newest;
  }
  return { kind: 'absent' };
}

/** A connection that broke leaves open whether the part has arrived. */
async function settled<Result>(
  work: () => Promise<Result>,
): Promise<Result | Exclude<SendResult, { kind: 'sent' }>> {
  try {
    return await work();
  } catch (error) {
    return problemOf(error);
  }
}
