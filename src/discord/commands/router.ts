import { randomUUID } from 'node:crypto';
import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import { ChannelId, UserId } from '../../../machines/ids.ts';
import type { Log } from '../../shared/log.ts';
import { messageOf, traceOf } from '../../shared/thrown.ts';
import { ourId } from '../archive/archived-message.ts';
import type { InteractionHandler } from '../house.ts';
import { layOut } from '../text/answer.ts';
import type { Command, CommandCall, CommandReply } from './command.ts';
import { HANDLERS } from './commands.ts';
import type { CommandDesk, Person } from './desk.ts';
import { confirm, isConfirmation } from './own-commands.ts';
import { languageOf, say } from './texts.ts';

type Answerable = ChatInputCommandInteraction | ButtonInteraction;

export interface RouterOptions {
  readonly desk: CommandDesk;
  /** `/ask`: the answer is for everybody in the channel. */
  readonly ask: (interaction: ChatInputCommandInteraction, question: string) => Promise<void>;
  readonly log: Log;
}

/** Answers slash commands and their buttons, each to the one who used it alone. */
export function createCommandRouter({ desk, ask, log }: RouterOptions): InteractionHandler {
  return {
    async handle(interaction) {
      if (interaction.isChatInputCommand() && interaction.commandName === 'ask') {
        await ask(interaction, interaction.options.getString('question', true));
        return true;
      }
      const command = commandOf(interaction);
      if (command === undefined) return false;
      await answer(command, { desk, log });
      return true;
    },
  };
}

interface Used {
  readonly name: string;
  readonly command: Command;
  readonly interaction: Answerable;
  readonly options: CommandCall['options'];
}

function commandOf(interaction: Interaction): Used | undefined {
  if (interaction.isButton() && isConfirmation(interaction.customId)) {
    const options = { button: interaction.customId };
    return { name: 'forget', command: confirm, interaction, options };
  }
  if (!interaction.isChatInputCommand()) return undefined;
  const command = HANDLERS.get(interaction.commandName);
  if (command === undefined) return undefined;
  const options = Object.fromEntries(
    interaction.options.data.flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  return { name: interaction.commandName, command, interaction, options };
}

async function answer(
  { name, command, interaction, options }: Used,
  { desk, log }: { readonly desk: CommandDesk; readonly log: Log },
): Promise<void> {
  // First of all: Discord waits for three seconds.
  if (interaction.isButton()) await interaction.deferUpdate();
  else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const person = personOf(interaction);
  // Nobody else reads it.
  const language = languageOf(interaction.locale);
  try {
    const reply = await command({ person, language, options }, desk);
    await interaction.editReply(messageFor(reply, say(language, 'more_in_file')));
  } catch (error) {
    const id = randomUUID().slice(0, 8);
    log.error('discord.command_failed', { id, name, why: messageOf(error), trace: traceOf(error) });
    const text = say(language, 'failed', { id });
    await interaction.editReply({ content: text, components: [] });
  }
}

/** Who uses a command, and where. */
export function personOf(interaction: Answerable): Person {
  const { user, guildId, channelId, channel, memberPermissions } = interaction;
  const parentId = channel?.isThread() === true ? channel.parentId : undefined;
  return {
    userId: UserId(ourId(user.id)),
    channelId: ChannelId(ourId(channelId)),
    place: { channelId: parentId ?? channelId, ...(guildId === null ? {} : { guildId }) },
    name: user.displayName,
    isManager: memberPermissions?.has(PermissionFlagsBits.ManageGuild) === true,
  };
}

/** One message that mentions nobody; what does not fit there is a file. */
function messageFor({ text, button, file }: CommandReply, more: string) {
  const layout = layOut(text, more);
  const [content = ''] = layout.messages;
  const kept = file ?? layout.file ?? wholeOf(text, layout.messages);
  return {
    content,
    allowedMentions: { parse: [] },
    flags: MessageFlags.SuppressEmbeds as const,
    components: button === undefined ? [] : [rowOf(button)],
    files: kept === undefined ? [] : [{ name: kept.name, attachment: Buffer.from(kept.content) }],
  };
}

/** One message is all that a command says; what does not fit there is a file. */
const wholeOf = (text: string, { length }: readonly string[]) =>
  length > 1 ? { name: 'answer.md', content: text } : undefined;

const rowOf = ({ id, label }: { readonly id: string; readonly label: string }) => ({
  type: 1 as const,
  components: [{ type: 2 as const, style: 4 as const, custom_id: id, label }],
});
