import type { ButtonInteraction } from 'discord.js';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { StandingAnswer } from '../answer/book.ts';
import type { Revisions } from '../answer/revisions.ts';
import { DISCORD, type DiscordQuestion } from '../house.ts';
import type { Languages } from '../languages.ts';
import { type ChannelRest, isGone } from '../rest.ts';
import { isHeadOf } from '../snowflake.ts';
import { type HeardMessage, heard } from './heard.ts';
import type { Intake } from './intake.ts';
import { channelIdOf, messageIdOf, runIdOf } from './questions.ts';
import type { Addressed } from './triggers.ts';

export interface ReaskingOptions {
  readonly intake: Intake;
  readonly revisions: Revisions;
  readonly rest: ChannelRest;
  readonly addressed: (message: HeardMessage) => Promise<Addressed | undefined>;
  readonly toQuestion: (
    message: HeardMessage,
    addressed: Addressed,
    signal: AbortSignal,
  ) => Promise<DiscordQuestion>;
  readonly languages: Languages;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Later, an edit corrects what was said, and asks nothing. */
const EDITABLE_MS = 10 * 60_000;

/** Questions that are asked anew: edited, or by a button. */
export class Reasking {
  readonly #options: ReaskingOptions;

  constructor(options: ReaskingOptions) {
    this.#options = options;
  }

  /** A message was edited: an answer to it is made anew, and one that asks something only now is answered. Never rejects. */
  async edited(message: HeardMessage): Promise<void> {
    const { addressed, clock, intake, log, revisions, signal, toQuestion } = this.#options;
    if (message.isMachine || clock.now() - message.at > EDITABLE_MS) return;
    const now = await addressed(message);
    if (now === undefined || now.isOutOfRange === true) return;
    const known = await revisions.of(message.id);
    if (known.length === 0) {
      await intake.take(message);
      return;
    }
    const question = await toQuestion(message, now, signal);
    const revised = await revisions.again(known, question, signal);
    log.info('discord.edited', { runId: question.runId, revised });
  }

  /** The question of an answer, as its message stands there now; of a command, or a message that is gone, as it was asked. */
  async questionOf(
    interaction: ButtonInteraction,
    { runId, userId, question: text }: StandingAnswer,
  ): Promise<DiscordQuestion | undefined> {
    const { addressed, clock, languages, signal, toQuestion } = this.#options;
    const { channelId, channel, guildId, message: shown } = interaction;
    const messageId = messageIdOf(runId);
    // What a thread began with stands in the channel above it.
    const isHead = channel?.isThread() === true && isHeadOf(channelId, messageId);
    const place = isHead ? (channel.parentId ?? channelId) : channelId;
    const message = await this.#read(place, messageId, guildId ?? undefined);
    const now = message === undefined ? undefined : await addressed(message);
    if (message !== undefined && now !== undefined) return await toQuestion(message, now, signal);
    if (text === undefined) return undefined;
    const at = clock.now();
    const language = await languages.ofInteraction(interaction);
    const origin = { platform: DISCORD, channelId, replyTo: shown.id, position: at, language };
    return {
      runId: runIdOf(messageId),
      userId,
      channelId: channelIdOf(channelId),
      text,
      at,
      audience: guildId === null ? 'asker' : 'others',
      origin: { ...origin, stream: `${DISCORD}:commands` },
    };
  }

  async #read(
    channelId: string,
    messageId: string,
    guildId: string | undefined,
  ): Promise<HeardMessage | undefined> {
    const { rest, signal } = this.#options;
    try {
      return heard(await rest.message(channelId, messageId, signal), guildId);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
}
