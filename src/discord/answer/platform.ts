import type { FindResult, OutgoingPart, Platform, SendResult } from '../../shared/platform.ts';
import { languageOf, say } from '../commands/texts.ts';
import { DISCORD } from '../house.ts';
import {
  type ChannelRest,
  isArchived,
  isForbidden,
  isGone,
  isShutOut,
  isUnreadable,
  NotYet,
  type Outgoing,
  type OutgoingFile,
  problemOf,
} from '../rest.ts';
import { addressed } from './addressed.ts';
import type { Draft } from './book.ts';
import { answerButtons } from './buttons.ts';
import type { Drafts } from './drafts.ts';
import { ownMessages } from './own-messages.ts';
import { readPart } from './part.ts';
import { sendPrivately } from './privately.ts';
import { beforeAllOf, looksLike, type SoughtPart } from './standing.ts';

export interface PlatformOptions {
  readonly rest: ChannelRest;
  readonly drafts: Drafts;
  /** What a user's run has made; undefined when it is not there (any more). Rejects when it cannot be read now. */
  readonly readFile: (userId: string, id: string) => Promise<OutgoingFile | undefined>;
  /** Those of these messages that are recorded as parts. Rejects when it cannot be read now. */
  readonly knownOf: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Undefined as long as we are not connected. */
  readonly botId: () => string | undefined;
}

/** Of a message. */
const MAX_CHARS = 2_000;

/** For how long Discord lets a nonce stand for its message: "the past few minutes". */
const DEDUPE_MS = 2 * 60_000;
/** After that, an answer comes as a message of its own, since an edit notifies nobody. */
const SLOW_MS = 30_000;

/** Brings answers to Discord: into the draft's place when they were quick, else as a message that notifies the asker. */
export function createDiscordPlatform(options: PlatformOptions): Platform {
  return {
    name: DISCORD,
    dedupeWindowMs: DEDUPE_MS,
    send: (part, { signal }) => send(part, options, signal),
    find: (part, { signal }) => settled(() => find(part, { ...options, signal })),
  };
}

async function send(
  part: OutgoingPart,
  options: PlatformOptions,
  signal: AbortSignal,
): Promise<SendResult> {
  const sending = { ...options, signal };
  const sent = await settled(async () => {
    const platformId = await sendSomewhere(part, sending);
    return { kind: 'sent', platformId } as const;
  });
  if (part.part === 0 && sent.kind !== 'unsent') options.drafts.forget(part.messageId);
  return sent;
}

async function sendSomewhere(part: OutgoingPart, options: Sending): Promise<string> {
  try {
    return await (part.part > 0 ? post(part, options) : sendFirst(part, options));
  } catch (error) {
    const { ownerId } = readPart(part.content);
    if (ownerId === undefined || !isShutOut(error)) throw error;
    const message = await messageOf(part, options);
    return await sendPrivately({ part, message, ownerId }, options);
  }
}

interface Sending extends PlatformOptions {
  readonly signal: AbortSignal;
}

async function sendFirst(part: OutgoingPart, options: Sending): Promise<string> {
  const draft = await draftOf(part, options);
  if (draft === undefined) return await post(part, options);
  if (takesItsPlace(part, draft)) return await replace(part, draft, options);
  try {
    return await postBeside(part, draft, options);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    // Where nothing new may be said, what is ours can still be changed.
    return await replace(part, draft, options);
  }
}

/** The message that shows the run, which shows nothing new any more. */
async function draftOf(
  { messageId }: OutgoingPart,
  { drafts }: PlatformOptions,
): Promise<Draft | undefined> {
  const found = await drafts.settle(messageId);
  if (found.kind === 'failed') throw new NotYet(found.failure.message);
  return found.draft;
}

/** Decided by what is kept, so that each attempt decides alike. */
const takesItsPlace = ({ createdAt, position }: OutgoingPart, { isAnswer }: Draft): boolean =>
  isAnswer || createdAt - position <= SLOW_MS;

async function postBeside(part: OutgoingPart, draft: Draft, options: Sending): Promise<string> {
  const platformId = await post(part, options);
  await putAway(part, draft, options);
  return platformId;
}

/** May be done twice: the same words in the same place. */
async function replace(part: OutgoingPart, draft: Draft, options: Sending): Promise<string> {
  const { messageId } = draft;
  const where = { channelId: part.channelId, messageId };
  try {
    await options.rest.edit(where, await messageOf(part, options), options.signal);
    return messageId;
  } catch (error) {
    if (isGone(error)) return await post(part, options);
    if (!isArchived(error)) throw error;
    // A new message opens the thread again.
    return await postBeside(part, draft, options);
  }
}

async function post(part: OutgoingPart, options: Sending): Promise<string> {
  const { rest, signal } = options;
  const { channelId, nonce } = part;
  const { askerId, file } = readPart(part.content);
  const words = await messageOf(part, options);
  const message = { ...(askerId === undefined ? words : addressed(words, askerId)), nonce };
  const replyTo = { messageId: part.replyTo, pings: true };
  const reply = part.part === 0 ? { ...message, replyTo } : message;
  try {
    return await rest.post(channelId, reply, signal);
  } catch (error) {
    if (isUnreadable(error)) return await rest.post(channelId, message, signal);
    // Without its files an answer is still one; without the rest of its text it is not.
    if (!isForbidden(error) || message.files === undefined || file !== undefined) throw error;
    return await rest.post(channelId, withoutFiles(reply, part), signal);
  }
}

function withoutFiles({ files: _, ...message }: Outgoing, { language }: OutgoingPart): Outgoing {
  const content = `${message.content}\n-# ${say(languageOf(language), 'files_forbidden')}`;
  return content.length > MAX_CHARS ? message : { ...message, content };
}

/** A draft that is gone already was erased by an earlier attempt. What answers a command stays: it shows who called it. */
async function putAway(
  { channelId, replyTo, language }: OutgoingPart,
  { messageId }: Draft,
  { rest, signal }: Sending,
): Promise<void> {
  const content = `-# ${say(languageOf(language), 'answer_below')}`;
  try {
    if (messageId === replyTo) await rest.edit({ channelId, messageId }, { content }, signal);
    else await rest.erase(channelId, messageId, signal);
  } catch (error) {
    if (!isGone(error) && !isShutOut(error)) throw error;
  }
}

async function messageOf(
  { content, messageId, language }: OutgoingPart,
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
    ...(hasButtons ? { buttons: answerButtons(messageId, languageOf(language)) } : {}),
    ...(files.length === 0 ? {} : { files }),
  };
}

/** A channel that is closed to us holds nothing that we could find: what was told in private is looked for there. */
async function find(part: OutgoingPart, options: Sending): Promise<FindResult> {
  try {
    const platformId = await foundAt(part, options);
    if (platformId === undefined) return { kind: 'absent' };
    if (part.part === 0) await tidyUp(part, platformId, options);
    return { kind: 'found', platformId };
  } catch (error) {
    if (!isShutOut(error)) throw error;
    return { kind: 'absent' };
  }
}

async function foundAt(part: OutgoingPart, options: Sending): Promise<string | undefined> {
  const { rest, botId, knownOf, signal } = options;
  const ourId = botId();
  if (ourId === undefined) throw new NotYet('We are not connected yet.');
  const { channelId } = part;
  const sought = soughtOf(part);
  const alike: string[] = [];
  const where = { channelId, after: beforeAllOf(part), ourId };
  for await (const page of ownMessages(where, rest, signal))
    alike.push(...page.filter((one) => looksLike(one, sought)).map(({ id }) => id));
  if (alike.length === 0) return undefined;
  const known = await knownOf(alike);
  return alike.find((id) => !known.has(id));
}

function soughtOf(part: OutgoingPart): SoughtPart {
  const { text, askerId, hasButtons } = readPart(part.content);
  const plain = { content: text };
  const told = askerId === undefined ? plain : addressed(plain, askerId);
  const contents = [plain, told, withoutFiles(told, part)].map(({ content }) => content);
  return { part, contents, hasButtons, ...(part.part === 0 ? { replyTo: part.replyTo } : {}) };
}

/** Whoever put the answer there did not live to take its draft away. */
async function tidyUp(part: OutgoingPart, answerId: string, options: Sending): Promise<void> {
  const draft = await draftOf(part, options);
  if (draft !== undefined && draft.messageId !== answerId) await putAway(part, draft, options);
  options.drafts.forget(part.messageId);
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
