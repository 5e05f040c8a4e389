import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { User } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { aManager, said } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

/** Asks, and waits for what is said in return. */
async function ask(discord: FakeDiscord, by: User, channel = discord.general): Promise<void> {
  const before = discord.answers(channel).length;
  discord.say({ by, in: channel, text: '!a question' });
  await discord.until(() => discord.answers(channel).length > before);
}

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
    expect(await said(discord, { by: ada, name: 'quota' })).toContain(
      'questions today: 1 of 1 (0 left).',
    );
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

  it('keep questions to the members of some roles, and say to which; whoever manages the server may ask', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const role = discord.world.addRole(discord.guild, { name: 'crew', permissions: 0n });
    const [ada, cleo, mia] = [
      discord.person('ada'),
      discord.person('cleo', [role.id]),
      await aManager(discord),
    ];
    await aHouseOnDiscord({ discord, store });
    const options = { place: 'server', setting: 'roles', value: `<@&${role.id}>` };
    await said(discord, { by: mia, name: 'settings', options });

    for (const by of [ada, cleo, mia]) await ask(discord, by);

    const [refusal, ...answers] = discord.answers(discord.general);
    expect(refusal?.content).toBe(`On this server, asking needs one of the roles <@&${role.id}>.`);
    expect(discord.world.pings.get(refusal?.id ?? '')).toEqual([ada.id]);
    expect(answers.map(({ content }) => content)).toEqual(['Done.', 'Done.']);
  });

  it('limit tokens, and what all users of a server ask, each with a word on when that frees up', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, bob, mia] = [discord.person('ada'), discord.person('bob'), await aManager(discord)];
    const set = (setting: string, value: string) =>
      said(discord, {
        by: mia,
        name: 'settings',
        options: { place: 'server', setting, value },
      });

    await ask(discord, ada);
    for (const [setting, by] of [
      ['userTokens', ada],
      ['serverQuestions', bob],
      ['serverTokens', bob],
    ] as const) {
      await set(setting, '1');
      await ask(discord, by);
      await set(setting, '-');
    }
    await ask(discord, bob);

    const midnight = Math.floor(systemClock.now() / 86_400_000 + 1) * 86_400;
    const frees = `has used up today’s share. It frees up <t:${midnight}:R>.`;
    expect(discord.answers(discord.general).map(({ content }) => content)).toEqual([
      'Done.',
      `You have used up today’s share. It frees up <t:${midnight}:R>.`,
      `This server ${frees}`,
      `This server ${frees}`,
      'Done.',
    ]);
  });

  it('make the house speak one language there to all; a channel may have its own, and what one alone reads is in theirs', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, mia] = [discord.person('ada'), await aManager(discord)];
    const lab = discord.world.addChannel(discord.guild, 'lab');
    discord.gateway.tell('CHANNEL_CREATE', lab, undefined);
    const set = (place: string, setting: string, value: string) =>
      said(discord, { by: mia, name: 'settings', in: lab, options: { place, setting, value } });

    await set('server', 'language', 'de');
    await set('server', 'userQuestions', '0');
    await set('channel', 'language', 'fr');
    await ask(discord, ada);
    await ask(discord, ada, lab);
    const help = await said(discord, { by: ada, name: 'help', locale: 'es-ES' });

    expect(discord.answers(discord.general)[0]?.content).toContain('Dein Anteil für heute');
    expect(discord.answers(lab)[0]?.content).toContain('Vous avez épuisé');
    expect(help).toContain('Pregúntame lo que quieras.');
  });

  it('do not hold in private', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, mia] = [discord.person('ada'), await aManager(discord)];
    const options = { place: 'server', setting: 'userQuestions', value: '0' };
    await said(discord, { by: mia, name: 'settings', options });
    const direct = discord.world.directChannel(ada);

    await ask(discord, ada, direct);

    expect(discord.answers(direct)[0]?.content).toBe('Done.');
    expect(await said(discord, { by: ada, name: 'settings', in: direct })).toBe(
      'That is for servers only.',
    );
  });
});
