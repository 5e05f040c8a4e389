import { type Interaction, MessageFlags } from 'discord.js';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';
import type { InteractionHandler } from './house.ts';

/** Gives each interaction to whoever knows it. What goes wrong is told with an id that stands in the log, too. Never rejects. */
export const interactionsOf =
  (log: Log, handlers: readonly InteractionHandler[]) =>
  async (interaction: Interaction): Promise<void> => {
    try {
      for (const handler of handlers) if (await handler.handle(interaction)) return;
      log.info('discord.unknown_interaction', { id: interaction.id });
    } catch (error) {
      log.error('discord.interaction_failed', { id: interaction.id, why: messageOf(error) });
      await apologise(interaction, log);
    }
  };

async function apologise(interaction: Interaction, log: Log): Promise<void> {
  if (!interaction.isRepliable()) return;
  const content = `Sorry, that went wrong. Please try again in a moment.\n-# ${interaction.id}`;
  try {
    if (interaction.deferred || interaction.replied) await interaction.editReply({ content });
    else await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  } catch (error) {
    log.warn('discord.not_apologised', { id: interaction.id, why: messageOf(error) });
  }
}
