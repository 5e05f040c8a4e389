import {
  ApplicationCommandType,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import type { ContextRecord } from '../../../machines/question.ts';
import { localized, type Text } from '../commands/text.ts';
import { languageOf, say } from '../commands/texts.ts';
import type { Asking, InteractionHandler } from '../house.ts';
import { ASK_ABOUT, SUMMARISE_FROM } from '../menu-names.ts';
import type { ChannelRest } from '../rest.ts';
import { type HeardMessage, heard } from './heard.ts';

const [ASK] = ASK_ABOUT;
const [SUMMARISE] = SUMMARISE_FROM;

const menu = (name: Text) => ({
  name: name[0],
  name_localizations: localized(name),
  type: ApplicationCommandType.Message as const,
});

/** What stands in the menu of a message, as Discord is told of it. */
export const MESSAGE_MENUS = [menu(ASK_ABOUT), menu(SUMMARISE_FROM)] as const;

export interface MessageMenusOptions {
  readonly asking: Asking;
  readonly rest: ChannelRest;
  readonly toRecord: (message: HeardMessage, kind: 'message' | 'replied_to') => ContextRecord;
  readonly signal: AbortSignal;
}

/** Messages that are read on from the chosen one. */
const READ_ON = 100;
const READING = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;

/** Asks about a message, or what was said since. */
export class MessageMenus implements InteractionHandler {
  readonly #options: MessageMenusOptions;

  constructor(options: MessageMenusOptions) {
    this.#options = options;
  }

  async handle(interaction: Interaction): Promise<boolean> {
    if (!interaction.isMessageContextMenuCommand()) return false;
    const { commandName } = interaction;
    if (commandName !== ASK && commandName !== SUMMARISE) return false;
    const { memberPermissions } = interaction;
    // What is asked are its user's words: they have chosen them in their own language.
    const language = languageOf(interaction.locale);
    if (memberPermissions !== null && !memberPermissions.has(READING)) {
      const content = say(language, 'history_forbidden');
      await interaction.reply({ content, flags: MessageFlags.Ephemeral });
      return true;
    }
    const context = async () => {
      const about = await this.#target(interaction);
      return commandName === ASK ? [about] : [about, ...(await this.#since(interaction))];
    };
    const text = say(language, TEXTS[commandName]);
    await this.#options.asking.ask(interaction, { text, context });
    return true;
  }

  async #target({ targetId, channelId, guildId }: MessageContextMenuCommandInteraction) {
    const { rest, signal, toRecord } = this.#options;
    const raw = await rest.message(channelId, targetId, signal);
    return toRecord(heard(raw, guildId ?? undefined), 'replied_to');
  }

  async #since({ targetId, channelId, guildId }: MessageContextMenuCommandInteraction) {
    const { rest, signal, toRecord } = this.#options;
    const query = { after: targetId, limit: String(READ_ON) };
    const page = await rest.page(channelId, query, signal);
    return page
      .map((raw) => heard(raw, guildId ?? undefined))
      .filter(({ isWritten, text }) => isWritten && text.trim() !== '')
      .reverse()
      .map((message) => toRecord(message, 'message'));
  }
}

const TEXTS = {
  [ASK]: 'explain_message',
  [SUMMARISE]: 'summarise_message',
} as const;
