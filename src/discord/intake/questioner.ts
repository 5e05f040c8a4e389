import type { Client } from 'discord.js';
import { PermissionFlagsBits as may } from 'discord.js';
import type { ModelPort } from '../../../machines/ports.ts';
import type { ContextRecord } from '../../../machines/question.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { say } from '../commands/texts.ts';
import type { DiscordQuestion } from '../house.ts';
import type { Languages } from '../languages.ts';
import { digest } from '../long-read/digest.ts';
import { lastMessages } from '../long-read/last-messages.ts';
import { type ChannelRest, problemOf } from '../rest.ts';
import { readMessage } from '../text/incoming.ts';
import type { Named } from '../text/names.ts';
import type { Calling } from './asking.ts';
import { filesOf } from './attachments.ts';
import type { HeardMessage } from './heard.ts';
import { momentWriter } from './moments.ts';
import { channelIdOf, questionOf, userIdOf } from './questions.ts';
import {
  mayAskerRead,
  messagesBefore,
  recordOf,
  type SurroundingsOptions,
} from './surroundings.ts';
import type { Addressed } from './triggers.ts';

export interface QuestionerOptions {
  readonly client: () => Client | undefined;
  readonly rest: ChannelRest;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeZone: string;
  /** Messages before a question that are shown. */
  readonly contextMessages: number;
  /** Reads what is too long for one look. Left out: the newest of it is taken. */
  readonly reader: ModelPort | undefined;
  readonly languages: Languages;
  /** Where files may be fetched from. */
  readonly fileOrigins: ReadonlySet<string>;
}

/** Makes questions of messages: with what was said before, the message replied to, and the files. */
export class Questioner {
  readonly #options: QuestionerOptions;
  readonly #near: SurroundingsOptions;

  constructor(options: QuestionerOptions) {
    this.#options = options;
    const { client, rest, log, contextMessages: limit, timeZone } = options;
    const timeOf = momentWriter(timeZone);
    this.#near = { client, rest, log, limit, timeOf, readable: (message) => this.#read(message) };
  }

  /** What cannot be read is left out, or said to be missing: never rejects. */
  async ask(
    message: HeardMessage,
    { text, messages }: Addressed,
    signal: AbortSignal,
  ): Promise<DiscordQuestion> {
    const { repliedTo } = message;
    const files = { ...this.#options, origins: this.#options.fileOrigins, ...this.#near };
    const [before, theirFiles, ownFiles] = await Promise.all([
      messages === undefined
        ? messagesBefore(message, this.#near, signal)
        : this.#summed(message, messages, signal),
      repliedTo === undefined ? [] : filesOf(repliedTo, files, signal),
      filesOf(message, files, signal),
    ]);
    const replied = repliedTo === undefined ? [] : [this.toRecord(repliedTo, 'replied_to')];
    const earlier = before.filter(({ id }) => id !== repliedTo?.id);
    const context = [...earlier, ...replied, ...theirFiles, ...ownFiles];
    const language = await this.#options.languages.ofMessage(message);
    const words = text === '' ? say(language, 'look_at_this') : text;
    const asked = this.#read({ ...message, text: words });
    return questionOf(message, { text: asked, context, language });
  }

  /** Many messages before this one, to be summed up: those that do not fit are read beforehand, and shown as notes. */
  async #summed(
    message: HeardMessage,
    count: number,
    signal: AbortSignal,
  ): Promise<readonly ContextRecord[]> {
    const { reader: model, rest, clock, log } = this.#options;
    const { channelId, guildId, id: before, authorId } = message;
    const onPart = (): void => {
      // Nobody needs to know that nobody knows.
      void rest.typing(channelId, signal).catch(() => {});
    };
    try {
      if (!(await mayAskerRead(message, this.#near, signal))) return [];
      const stretch = { channelId, guildId, before, count };
      const said = await lastMessages(stretch, { rest, clock, signal });
      const records = said.map((one) => this.toRecord(one, 'message')).reverse();
      const asker = { userId: userIdOf(authorId), channelId: channelIdOf(channelId) };
      return await digest(records, asker, { model, log, signal, onPart });
    } catch (error) {
      log.info('discord.context_unread', { channelId, why: problemOf(error).why });
      return [];
    }
  }

  /** What was said before a command was called, as far as its caller may read it by Discord's own word. */
  async before(interaction: Calling, signal: AbortSignal): Promise<readonly ContextRecord[]> {
    const { memberPermissions, user, guildId, channelId, id } = interaction;
    const reading = may.ViewChannel | may.ReadMessageHistory;
    if (memberPermissions !== null && !memberPermissions.has(reading)) return [];
    const where = guildId === null ? {} : { guildId };
    const asker = { id, channelId, authorId: user.id, ...where };
    return await messagesBefore(asker, { ...this.#near, isAllowed: true }, signal);
  }

  toRecord(message: HeardMessage, kind: 'message' | 'replied_to'): ContextRecord {
    return recordOf(message, kind, this.#near);
  }

  /** With names in the place of ids. */
  #read(message: HeardMessage): string {
    const { client, timeZone } = this.#options;
    const guild = client()?.guilds.cache.get(message.guildId ?? '');
    const users = message.mentions.map(({ id, name }): Named => ({ kind: 'user', id, name }));
    const others = [...message.text.matchAll(/<(@&|#)(\d{15,21})>/g)].flatMap(
      ([, sign, id = '']): Named[] => {
        const kind = sign === '#' ? 'channel' : 'role';
        const found = kind === 'role' ? guild?.roles.cache.get(id) : guild?.channels.cache.get(id);
        return found === undefined ? [] : [{ kind, id, name: found.name }];
      },
    );
    return readMessage(message.text, { named: [...users, ...others], timeZone }).text;
  }
}
