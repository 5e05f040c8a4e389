import { describe, expect, it } from 'vitest';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

describe('a message on Discord', () => {
  it('that mentions the bot is answered once, as a reply that notifies its writer', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');

    const asked = discord.say({
      by: ada,
      in: discord.general,
      text: `<@${discord.world.bot.id}> hello?`,
    });
    await discord.until(() => discord.answers(discord.general).length === 1);

    const [answer] = discord.answers(discord.general);
    expect(answer).toMatchObject({ content: 'Done.', message_reference: { message_id: asked.id } });
    expect(discord.world.pings.get(answer?.id ?? '')).toEqual([ada.id]);
  });
});
