import type { ChatInputCommandInteraction, MessageContextMenuCommandInteraction } from 'discord.js';
import { MessageFlags } from 'discord.js';
import type { Failure } from '../../../machines/failure.ts';
import type { ContextRecord } from '../../../machines/question.ts';
import type { Log } from '../../shared/log.ts';
import { messageOf } from '../../shared/thrown.ts';
import type { Draft, DraftBook } from '../answer/book.ts';
import type { Drafts } from '../answer/drafts.ts';
import { languageOf, say } from '../commands/texts.ts';
import { type Asking, DISCORD, type DiscordHouse, type DiscordQuestion } from '../house.ts';
import type { Languages } from '../languages.ts';
import type { Language } from '../settings/settings.ts';
import { quoted } from '../text/quoted.ts';
import { channelIdOf, runIdOf, userIdOf } from './questions.ts';
import type { Threads } from './threads.ts';

export interface AskingOptions {
  readonly house: DiscordHouse;
  readonly drafts: Drafts;
  readonly book: DraftBook;
  readonly languages: Languages;
  readonly threads: Pick<Threads, 'areWantedFor' | 'open' | 'keep'>;
  readonly log: Log;
  /** Characters of a question. */
  readonly maxChars: number;
  /** What was said before, as far as whoever asks may read it. */
  readonly surroundings: (interaction: Calling) => Promise<readonly ContextRecord[]>;
}

export type Calling = ChatInputCommandInteraction | MessageContextMenuCommandInteraction;

/**
 * Questions by command: the deferred reply is the draft, and its id is kept before the question is. Where a conversation has
 * a thread of its own, the reply shows the question, and the thread begins there.
 */
export function createAsking(options: AskingOptions): Asking {
  const { house, drafts, languages, maxChars, surroundings } = options;
  return {
    async ask(interaction, { text, context, isConversation = false }) {
      if (text.length > maxChars) {
        const own = languageOf(interaction.locale);
        const content = say(own, 'question_too_long', { max: maxChars });
        await interaction.reply({ content, flags: MessageFlags.Ephemeral });
        return;
      }
      const messageId = await deferred(interaction);
      const near = await (context?.() ?? surroundings(interaction));
      const language = await languages.ofInteraction(interaction);
      const asked = questionOf(interaction, { text, messageId, context: near, language });
      const placed = isConversation ? await inThread(interaction, asked, options) : atReply(asked);
      const { question, draft } = placed;
      const failed = (await keep(placed, interaction, options)) ?? (await house.take(question));
      if (failed !== undefined) {
        const content = say(language, 'question_not_kept');
        await interaction.editReply({ content });
        return;
      }
      const events = house.watch(question);
      if (events !== undefined) drafts.begin(question, events, draft);
    },
  };
}

/** The id of the reply that stands there until there is an answer. */
async function deferred(interaction: Calling): Promise<string> {
  const { resource } = await interaction.deferReply({ withResponse: true });
  const messageId = resource?.message?.id;
  if (messageId === undefined) throw new Error('Discord did not tell the id of its reply.');
  return messageId;
}

/** Where a question is answered. */
interface Placed {
  readonly question: DiscordQuestion;
  /** Left out: it has a thread, with nothing in it yet. */
  readonly draft?: Draft;
}

const atReply = (question: DiscordQuestion): Placed => ({
  question,
  draft: { messageId: question.origin.replyTo, isAnswer: false },
});

/** In a thread that begins at the reply; at the reply itself where there is to be none, or none came to be. */
async function inThread(
  interaction: Calling,
  asked: DiscordQuestion,
  { threads, log }: AskingOptions,
): Promise<Placed> {
  if (!(await threads.areWantedFor(asked))) return atReply(asked);
  try {
    const content = quoted(asked.text);
    await interaction.editReply({ content, flags: MessageFlags.SuppressEmbeds });
  } catch (error) {
    log.warn('discord.question_not_shown', { id: interaction.id, why: messageOf(error) });
    return atReply(asked);
  }
  const question = await threads.open(asked);
  return question.origin.channelId === asked.origin.channelId ? atReply(asked) : { question };
}

const keep = async (
  { question, draft }: Placed,
  { channelId }: Calling,
  { book, threads }: AskingOptions,
): Promise<Failure | undefined> =>
  draft === undefined ? await threads.keep(question, channelId) : await book.keep(question, draft);

function questionOf(
  interaction: Calling,
  asked: {
    readonly text: string;
    readonly messageId: string;
    readonly context: readonly ContextRecord[];
    readonly language: Language;
  },
): DiscordQuestion {
  const { id, user, channelId, createdTimestamp: at } = interaction;
  return {
    runId: runIdOf(id),
    userId: userIdOf(user.id),
    channelId: channelIdOf(channelId),
    text: asked.text,
    at,
    from: user.displayName,
    audience: interaction.guildId === null ? 'asker' : 'others',
    ...(asked.context.length === 0 ? {} : { context: asked.context }),
    origin: {
      platform: DISCORD,
      channelId,
      replyTo: asked.messageId,
      position: at,
      ...(interaction.guildId === null ? {} : { serverId: interaction.guildId }),
      // Messages have their own positions; nobody reads commands back.
      stream: `${DISCORD}:commands`,
      language: asked.language,
    },
  };
}
