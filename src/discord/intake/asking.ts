import type { ChatInputCommandInteraction, MessageContextMenuCommandInteraction } from 'discord.js';
import { MessageFlags } from 'discord.js';
import type { ContextRecord } from '../../../machines/question.ts';
import type { DraftBook } from '../answer/book.ts';
import type { Drafts } from '../answer/drafts.ts';
import { languageOf, say } from '../commands/texts.ts';
import { type Asking, DISCORD, type DiscordHouse, type DiscordQuestion } from '../house.ts';
import type { Languages } from '../languages.ts';
import type { Language } from '../settings/settings.ts';
import { channelIdOf, runIdOf, userIdOf } from './questions.ts';

export interface AskingOptions {
  readonly house: DiscordHouse;
  readonly drafts: Drafts;
  readonly book: DraftBook;
  readonly languages: Languages;
  /** Characters of a question. */
  readonly maxChars: number;
  /** What was said before, as far as whoever asks may read it. */
  readonly surroundings: (interaction: Calling) => Promise<readonly ContextRecord[]>;
}

export type Calling = ChatInputCommandInteraction | MessageContextMenuCommandInteraction;

/** Questions by command: the deferred reply is the draft, and its id is kept before the question is. */
export function createAsking({
  house,
  drafts,
  book,
  languages,
  maxChars,
  surroundings,
}: AskingOptions): Asking {
  return {
    async ask(interaction, { text, context }) {
      if (text.length > maxChars) {
        const own = languageOf(interaction.locale);
        const content = say(own, 'question_too_long', { max: maxChars });
        await interaction.reply({ content, flags: MessageFlags.Ephemeral });
        return;
      }
      const { resource } = await interaction.deferReply({ withResponse: true });
      const messageId = resource?.message?.id;
      if (messageId === undefined) throw new Error('Discord did not tell the id of its reply.');
      const near = await (context?.() ?? surroundings(interaction));
      const language = await languages.ofInteraction(interaction);
      const question = questionOf(interaction, { text, messageId, context: near, language });
      const draft = { messageId, isAnswer: false };
      const failed = (await book.keep(question, draft)) ?? (await house.take(question));
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
