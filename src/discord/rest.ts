import {
  type APIChannel,
  type APIGuildMember,
  type APIMessage,
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  RESTEvents,
  Routes,
} from 'discord.js';
import type { SendResult } from '../shared/platform.ts';
import type { Secret } from '../shared/secret.ts';
import { messageOf } from '../shared/thrown.ts';
import type { Button } from './answer/buttons.ts';
import { isHeadOf } from './snowflake.ts';

/** A file that goes with a message. */
export interface OutgoingFile {
  readonly name: string;
  readonly data: Buffer;
}

/** A message as we write it. */
export interface Outgoing {
  readonly content: string;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OutgoingFile[];
  readonly nonce?: string;
  /** Somebody who is told, and named at its beginning: an id of Discord's. */
  readonly mention?: string;
  /** The message that it replies to; `pings`: whether its writer is told. */
  readonly replyTo?: { readonly messageId: string; readonly pings: boolean };
}

/** No previews of links: a page that a model names is nobody's announcement. */
const SUPPRESS_EMBEDS = 4;

export interface ChannelRestOptions {
  readonly token: Secret;
  /** Left out: the real Discord. */
  readonly apiUrl: string | undefined;
  /** A request was not taken for ours: the token is not good any more. */
  readonly onUnauthorized: () => void;
}

/** What we do in channels. Rejects with what discord.js throws; never waits for a limit to pass. */
export class ChannelRest {
  readonly #rest: REST;

  constructor({ token, apiUrl, onUnauthorized }: ChannelRestOptions) {
    const api = apiUrl === undefined ? {} : { api: apiUrl };
    this.#rest = new REST({ rejectOnRateLimit: ['/channels', '/users'], ...api }).setToken(
      token.reveal(),
    );
    this.#rest.on(RESTEvents.Response, (_request, { status }) => {
      if (status === 401) onUnauthorized();
    });
  }

  async post(channelId: string, message: Outgoing, signal: AbortSignal): Promise<string> {
    const { nonce, mention, replyTo } = message;
    const body = {
      ...bodyOf(message),
      allowed_mentions: {
        parse: [],
        users: mention === undefined ? [] : [mention],
        replied_user: replyTo?.pings === true,
      },
      ...(nonce === undefined ? {} : { nonce, enforce_nonce: true }),
      ...(replyTo === undefined || isHeadOf(channelId, replyTo.messageId)
        ? {}
        : referenceTo(replyTo.messageId)),
    };
    const options = { body, signal, ...filesOf(message) };
    // The shape of the answer is Discord's promise.
    const posted = (await this.#rest.post(
      Routes.channelMessages(channelId),
      options,
    )) as APIMessage;
    return posted.id;
  }

  async edit(
    where: { readonly channelId: string; readonly messageId: string },
    message: Outgoing,
    signal: AbortSignal,
  ): Promise<void> {
    const body = { ...bodyOf(message), allowed_mentions: { parse: [] }, attachments: [] };
    const route = Routes.channelMessage(where.channelId, where.messageId);
    await this.#rest.patch(route, { body, signal, ...filesOf(message) });
  }

  /** Opens a thread at a message, and gives its id back: the message's own, so that there is one, however often it is tried. */
  async openThread(
    { channelId, messageId }: { readonly channelId: string; readonly messageId: string },
    thread: { readonly name: string; readonly archivedAfterMinutes: number },
    signal: AbortSignal,
  ): Promise<string> {
    const body = { name: thread.name, auto_archive_duration: thread.archivedAfterMinutes };
    try {
      await this.#rest.post(Routes.threads(channelId, messageId), { body, signal });
    } catch (error) {
      if (!hasThread(error)) throw error;
    }
    return messageId;
  }

  async erase(channelId: string, messageId: string, signal: AbortSignal): Promise<void> {
    await this.#rest.delete(Routes.channelMessage(channelId, messageId), { signal });
  }

  /** The channel of direct messages with somebody: there is one for each, and it stays. */
  async directChannel(userId: string, signal: AbortSignal): Promise<string> {
    const options = { body: { recipient_id: userId }, signal };
    // The shape of the answer is Discord's promise.
    return ((await this.#rest.post(Routes.userChannels(), options)) as APIChannel).id;
  }

  async typing(channelId: string, signal: AbortSignal): Promise<void> {
    await this.#rest.post(Routes.channelTyping(channelId), { signal });
  }

  async message(channelId: string, messageId: string, signal: AbortSignal): Promise<APIMessage> {
    const route = Routes.channelMessage(channelId, messageId);
    // The shape of the answer is Discord's promise.
    return (await this.#rest.get(route, { signal })) as APIMessage;
  }

  /** The roles that somebody has in a server. */
  async rolesOf(guildId: string, userId: string, signal: AbortSignal): Promise<readonly string[]> {
    const route = Routes.guildMember(guildId, userId);
    // The shape of the answer is Discord's promise.
    return ((await this.#rest.get(route, { signal })) as APIGuildMember).roles;
  }

  /** Newest first. */
  async page(
    channelId: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<readonly APIMessage[]> {
    const options = { query: new URLSearchParams(query), signal };
    // The shape of the answer is Discord's promise.
    return (await this.#rest.get(Routes.channelMessages(channelId), options)) as APIMessage[];
  }
}

const bodyOf = ({ content, buttons = [] }: Outgoing) => ({
  content,
  flags: SUPPRESS_EMBEDS,
  components: buttons.length === 0 ? [] : [{ type: 1, components: buttons }],
});

const filesOf = ({ files = [] }: Outgoing) => (files.length === 0 ? {} : { files: [...files] });

const referenceTo = (id: string) => ({
  message_reference: { message_id: id, fail_if_not_exists: false },
});

/** What we would do needs something that is not there for now. */
export class NotYet extends Error {}

/** What comes of trying again. A wrong token is for the operator to mend: nothing is given up for it. */
const PERMANENT: ReadonlySet<number> = new Set([400, 403, 404, 413]);

/** Why something was not sent, as the outbox understands it. */
export function problemOf(error: unknown): Exclude<SendResult, { kind: 'sent' }> {
  if (error instanceof NotYet) return { kind: 'unsent', why: error.message };
  if (error instanceof RateLimitError) {
    const why = 'Discord asked to wait.';
    return { kind: 'unsent', why, retryAfterMs: Math.max(1, error.retryAfter) };
  }
  if (error instanceof DiscordAPIError) {
    const why = `Discord answered ${error.status} (${error.code}).`;
    return { kind: PERMANENT.has(error.status) ? 'refused' : 'unsent', why };
  }
  if (error instanceof HTTPError)
    return { kind: 'unsent', why: `Discord answered ${error.status}.` };
  return { kind: 'unsent', why: `Discord could not be reached: ${messageOf(error)}.` };
}

const hasCode =
  (...codes: readonly number[]) =>
  (error: unknown): boolean =>
    error instanceof DiscordAPIError && codes.some((code) => code === error.code);

/** The message is not there any more. */
export const isGone = hasCode(10_008);

/** A message may begin one thread, and has. */
const hasThread = hasCode(160_004);

/** The question may not be referred to where we cannot read. */
export const isUnreadable = hasCode(160_002);

/** A thread was put away: what stands there cannot be changed before somebody writes there again. */
export const isArchived = hasCode(50_083);

/** We may not do it there. */
export const isForbidden = hasCode(50_013);

/** Nothing new can be said there: the channel is gone or closed to us, or its thread is locked. */
export const isShutOut = hasCode(10_003, 50_001, 50_013, 50_083, 160_005);
