import {
  type Channel,
  ChannelType,
  type Client,
  PermissionFlagsBits as may,
  type NewsChannel,
  type TextChannel,
} from 'discord.js';
import type { Failure } from '../../../machines/failure.ts';
import type { UserId } from '../../../machines/ids.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { Pauses } from '../../shared/pauses.ts';
import { writtenPart } from '../answer/part.ts';
import { say } from '../commands/texts.ts';
import type { DiscordHouse, DiscordQuestion } from '../house.ts';
import { spokenTo } from '../languages.ts';
import { type ChannelRest, isForbidden, problemOf } from '../rest.ts';
import { threadName } from '../text/thread-name.ts';
import type { HeardMessage } from './heard.ts';
import { movedTo, unthreadedIn, userIdOf } from './questions.ts';

/** Where it is kept for whom each thread was opened. Never rejects. */
export interface ThreadBook {
  keep(thread: {
    readonly threadId: string;
    readonly userId: UserId;
  }): Promise<Failure | undefined>;
  find(
    threadId: string,
  ): Promise<
    | { readonly kind: 'read'; readonly userId: UserId | undefined }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
}

type Where = Pick<HeardMessage, 'channelId' | 'guildId'>;

export interface ThreadsOptions {
  readonly client: () => Client | undefined;
  readonly rest: ChannelRest;
  readonly book: ThreadBook;
  readonly house: Pick<DiscordHouse, 'decline'>;
  /** Whether conversations that begin there are to have threads of their own. Never rejects. */
  readonly areWanted: (where: Where) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What it takes to open a thread and to answer in it, by the names that Discord shows. */
const NEEDS = [
  ['Create Public Threads', may.CreatePublicThreads],
  ['Send Messages in Threads', may.SendMessagesInThreads],
] as const;

const ARCHIVED_AFTER_MINUTES = 1_440;
const MAX_TRIES = 3;
const BETWEEN_TRIES_MS = 500;
const MAX_WAIT_MS = 5_000;
const MAX_KNOWN = 10_000;

/** Conversations in threads of their own: what was asked in a channel is answered there, and goes on without an address. */
export class Threads {
  readonly #options: ThreadsOptions;
  readonly #pauses: Pauses;
  /** For whom each thread was opened, as far as it was looked up. */
  readonly #partners = new Map<string, UserId | undefined>();
  /** Channels in which it was said that no thread can be opened. */
  readonly #told = new Set<string>();

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#pauses = new Pauses(options.clock);
    options.signal.addEventListener('abort', () => this.#pauses.end(), { once: true });
  }

  /** The question, in a thread of its own where that is wanted and can be. Never rejects. */
  async open(question: DiscordQuestion): Promise<DiscordQuestion> {
    const channel = this.#beginningOf(question);
    if (channel === undefined || !(await this.areWantedFor(question))) return question;
    const needs = lacking(channel);
    const threadId = needs.length > 0 ? 'forbidden' : await this.#open(question);
    if (threadId === 'forbidden') await this.#sayOnce(question, needs);
    if (threadId === 'forbidden' || threadId === undefined) return question;
    this.#know(threadId, question.userId);
    return movedTo(threadId, question);
  }

  /** Whether a question is to have a thread of its own. Never rejects. */
  async areWantedFor(question: DiscordQuestion): Promise<boolean> {
    const { channelId, serverId: guildId } = question.origin;
    if (guildId === undefined || this.#beginningOf(question) === undefined) return false;
    return await this.#options.areWanted({ channelId, guildId });
  }

  #beginningOf({ origin }: DiscordQuestion): Beginning | undefined {
    return beginning(this.#options.client()?.channels.cache.get(origin.channelId));
  }

  /** Keeps for whom a thread was opened; nothing to be kept of other questions. */
  async keep({ origin, userId }: DiscordQuestion, from: string): Promise<Failure | undefined> {
    const { channelId: threadId } = origin;
    return threadId === from ? undefined : await this.#options.book.keep({ threadId, userId });
  }

  /** The writer, if their words need no address there. Never rejects. */
  async partnerIn({ channelId, authorId }: HeardMessage): Promise<string | undefined> {
    const client = this.#options.client();
    const channel = client?.channels.cache.get(channelId);
    if (channel?.isThread() !== true || channel.ownerId !== client?.user?.id) return undefined;
    if (!this.#partners.has(channelId)) await this.#lookUp(channelId);
    return this.#partners.get(channelId) === userIdOf(authorId) ? authorId : undefined;
  }

  /** Whoever can mend it should know, and nobody twice. */
  async #sayOnce(question: DiscordQuestion, needs: readonly string[]): Promise<void> {
    const { channelId } = question.origin;
    if (this.#told.has(channelId)) return;
    const text = say(spokenTo(question), 'threads_forbidden', { needs: needs.join(', ') });
    const said = { parts: [writtenPart({ text, hasButtons: false })], isLate: false };
    const runId = unthreadedIn(channelId);
    const { context: _, ...asked } = question;
    const declined = { ...asked, text: '', runId };
    const failed = await this.#options.house.decline(declined, said);
    if (failed === undefined) this.#told.add(channelId);
    else this.#options.log.warn('discord.not_kept', { why: failed.message });
  }

  async #lookUp(threadId: string): Promise<void> {
    const found = await this.#options.book.find(threadId);
    if (found.kind === 'read') this.#know(threadId, found.userId);
    else this.#options.log.warn('discord.thread_unread', { threadId, why: found.failure.message });
  }

  #know(threadId: string, userId: UserId | undefined): void {
    if (this.#partners.size >= MAX_KNOWN) this.#partners.clear();
    this.#partners.set(threadId, userId);
  }

  /** Undefined: it did not come to be, and the channel must do. */
  async #open({ origin, text, from = '' }: DiscordQuestion): Promise<string | undefined> {
    const { rest, log, signal } = this.#options;
    const { channelId, replyTo: messageId } = origin;
    const thread = {
      name: threadName(text, from),
      archivedAfterMinutes: ARCHIVED_AFTER_MINUTES,
    };
    for (let tries = 1; ; tries++) {
      try {
        return await rest.openThread({ channelId, messageId }, thread, signal);
      } catch (error) {
        const problem = problemOf(error);
        if (isForbidden(error)) return 'forbidden';
        const waitMs = waitFor(problem);
        if (waitMs === undefined || tries >= MAX_TRIES || signal.aborted) {
          log.warn('discord.no_thread', { messageId, why: problem.why });
          return undefined;
        }
        await this.#pauses.wait(waitMs);
      }
    }
  }
}

/** Until it may be tried again; undefined: not at all, or not soon enough for somebody who waits. */
function waitFor(problem: ReturnType<typeof problemOf>): number | undefined {
  if (problem.kind !== 'unsent') return undefined;
  const ms = problem.retryAfterMs ?? BETWEEN_TRIES_MS;
  return ms > MAX_WAIT_MS ? undefined : ms;
}

/** A channel in which messages begin threads. */
type Beginning = TextChannel | NewsChannel;

/** The channel itself, if messages begin threads there. */
export function beginning(channel: Channel | undefined): Beginning | undefined {
  const isOne =
    channel?.type === ChannelType.GuildText || channel?.type === ChannelType.GuildAnnouncement;
  return isOne ? channel : undefined;
}

/** What we would need to open threads in a channel and may not, by the names that Discord shows; empty where we may. */
export function lacking(channel: Beginning): readonly string[] {
  const { me } = channel.guild.members;
  const has = me === null ? undefined : channel.permissionsFor(me);
  return NEEDS.filter(([, bit]) => has?.has(bit) !== true).map(([name]) => name);
}
