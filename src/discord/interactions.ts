import { type Interaction, MessageFlags } from 'discord.js';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';
import { languageOf, say } from './commands/texts.ts';
import type { InteractionHandler } from './house.ts';
import type { Languages } from './languages.ts';

interface InteractionsOptions {
  readonly languages: Languages;
  readonly log: Log;
}

/** Gives each interaction to whoever knows it. What goes wrong is told with an id that stands in the log, too. Never rejects. */
export const interactionsOf =
  (handlers: readonly InteractionHandler[], { languages, log }: InteractionsOptions) =>
  async (interaction: Interaction): Promise<void> => {
    languages.met(interaction);
    try {
      for (const handler of handlers) if (await handler.handle(interaction)) return;
      log.info('discord.unknown_interaction', { id: interaction.id });
    } catch (error) {
      log.error('discord.interaction_failed', { id: interaction.id, why: messageOf(error) });
      await apologise(interaction, { languages, log });
    }
  };

async function apologise(
  interaction: Interaction,
  { languages, log }: InteractionsOptions,
): Promise<void> {
  if (!interaction.isRepliable()) return;
  const hasReply = interaction.deferred || interaction.replied;
  const isForAll = hasReply && interaction.ephemeral !== true;
  const language = isForAll
    ? await languages.ofInteraction(interaction)
    : languageOf(interaction.locale);
  const content = `${say(language, 'went_wrong')}\n-# ${interaction.id}`;
  try {
    if (hasReply) await interaction.editReply({ content });
    else await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  } catch (error) {
    log.warn('discord.not_apologised', { id: interaction.id, why: messageOf(error) });
  }
}
