import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { aManager, said } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

describe('the settings of a server', { timeout: 60_000 }, () => {
  it('are set by those who manage it, and by nobody else', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, mia] = [discord.person('ada'), await aManager(discord)];
    const options = { place: 'server', setting: 'prefix', value: '?' };

    expect(await said(discord, { by: ada, name: 'settings', options })).toContain('Manage Server');
    expect(await said(discord, { by: mia, name: 'settings', options })).toBe(
      'Set.\n- `prefix`: `?`',
    );
    const wrong = { place: 'server', setting: 'userQuestions', value: 'many' };
    expect(await said(discord, { by: mia, name: 'settings', options: wrong })).toContain(
      '`userQuestions` cannot be `many`',
    );

    discord.say({ by: ada, in: discord.general, text: '!not any more' });
    const asked = discord.say({ by: ada, in: discord.general, text: '?now' });
    await discord.until(() => discord.answers(discord.general).length === 1);
    expect(discord.answers(discord.general)[0]?.message_reference?.message_id).toBe(asked.id);
  });

  it('limit what a person may ask in a day, and say politely when that frees up', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, bob, mia] = [discord.person('ada'), discord.person('bob'), await aManager(discord)];
    const options = { place: 'server', setting: 'userQuestions', value: '1' };
    await said(discord, { by: mia, name: 'settings', options });

    for (const [by, text] of [
      [ada, '!one'],
      [ada, '!two'],
      [bob, '!three'],
    ] as const) {
      const before = discord.answers(discord.general).length;
      discord.say({ by, in: discord.general, text });
      await discord.until(() => discord.answers(discord.general).length === before + 1);
    }

    const midnight = Math.floor(systemClock.now() / 86_400_000 + 1) * 86_400;
    expect(discord.answers(discord.general).map(({ content }) => content)).toEqual([
      'Done.',
      `You have used up today’s share. It frees up <t:${midnight}:R>.`,
      'Done.',
    ]);
    expect(await said(discord, { by: ada, name: 'quota' })).toContain('questions today: 1 of 1.');
  });

  it('keep questions to some channels, and say to which', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, mia] = [discord.person('ada'), await aManager(discord)];
    const help = discord.world.addChannel(discord.guild, 'help');
    const options = { place: 'server', setting: 'channels', value: `<#${help.id}>` };
    await said(discord, { by: mia, name: 'settings', options });

    discord.say({ by: ada, in: discord.general, text: '!here?' });
    await discord.until(() => discord.answers(discord.general).length === 1);
    discord.say({ by: ada, in: help, text: '!here?' });
    await discord.until(() => discord.answers(help).length === 1);

    expect(discord.answers(discord.general)[0]?.content).toBe(
      `Questions are not taken in this channel. Please ask in <#${help.id}>.`,
    );
    expect(discord.answers(help)[0]?.content).toBe('Done.');
  });
});
