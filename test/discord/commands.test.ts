import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/discord/commands/definitions.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { said, use } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

describe('the commands on Discord', { timeout: 60_000 }, () => {
  it('are registered once for all servers, not again when nothing has changed, and stale ones go', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const stale = { id: discord.world.ids.next(), name: 'old', type: 1 };
    discord.commands.scopes.set('global', [stale]);
    discord.commands.scopes.set(discord.guild.id, [stale]);

    const first = await aHouseOnDiscord({ discord, store });
    await first.log.told('discord.commands_doubled');
    await first.close();
    const writes = discord.commands.writes;
    const second = await aHouseOnDiscord({ discord, store });
    await said(discord, { by: discord.person('ada'), name: 'privacy' });

    const global = discord.commands.scopes.get('global') ?? [];
    expect(global.filter(({ type }) => type === 1).map(({ name }) => name)).toEqual(
      COMMANDS.map(({ name }) => name),
    );
    expect(discord.commands.scopes.get(discord.guild.id)).toEqual([]);
    expect(writes).toBe(2);
    expect(discord.commands.writes).toBe(2);
    expect(second.log.events('error')).toEqual([]);
  });

  it('are described in German, Spanish and French, too, with the models of the house to choose from', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const models = ['groq/big', 'groq/small'];
    const house = await aHouseOnDiscord({ discord, store, models });
    await house.log.told('discord.commands_registered');

    const all = discord.commands.scopes.get('global') ?? [];
    const slash = all.filter(({ type }) => type === 1);
    const menus = all.filter(({ type }) => type === 3);
    for (const { description_localizations: told } of slash)
      expect(Object.keys(Object(told)).sort()).toEqual(['de', 'es-419', 'es-ES', 'fr']);
    expect(slash.find(({ name }) => name === 'stop')).toMatchObject({
      description: 'Stop what your team is doing in this channel',
      description_localizations: { de: 'Hält an, was dein Team in diesem Kanal tut' },
    });
    expect(menus).toMatchObject([
      { name: 'Ask about this', name_localizations: { fr: 'Demander à ce sujet' } },
      { name: 'Summarise from here', name_localizations: { de: 'Ab hier zusammenfassen' } },
    ]);
    expect(slash.find(({ name }) => name === 'model')).toMatchObject({
      options: [{ name: 'name', choices: [...models, '-'].map((value) => ({ value })) }],
    });
    expect(slash.find(({ name }) => name === 'forget')).toMatchObject({
      options: [
        {
          name: 'what',
          name_localizations: { de: 'was', 'es-419': 'qué', 'es-ES': 'qué', fr: 'quoi' },
          choices: [
            { value: 'me' },
            { value: 'channel', name: 'channel', name_localizations: { fr: 'salon' } },
            { value: 'everything', name_localizations: { de: 'alles', 'es-ES': 'todo' } },
          ],
        },
      ],
    });
  });

  it('answer their user alone, in the language of their user', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const by = discord.person('ada');

    const english = await use(discord, { by, name: 'stop' });
    const german = await use(discord, { by, name: 'stop', locale: 'de' });
    const spanish = await use(discord, { by, name: 'stop', locale: 'es-419' });

    expect([english, german, spanish].map(({ original }) => original?.content)).toEqual([
      'Nothing of yours is under way.',
      'Von dir ist gerade nichts in Arbeit.',
      'No hay nada tuyo en curso.',
    ]);
    expect(english.original?.flags).toBe(64 | 4);
    expect(discord.answers(discord.general)).toEqual([]);
  });

  it('tell in the language of their user that a question is too long', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const by = discord.person('ada');

    const call = { by, name: 'ask', options: { question: 'x'.repeat(100_000) }, locale: 'de' };

    expect(await said(discord, call)).toMatch(
      /^Das ist zu lang für eine Frage: Sie darf \d+ Zeichen/,
    );
  });

  it('say how the house, the team and the archive are', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const by = discord.person('ada');
    discord.say({ by, in: discord.general, text: 'hi' });
    const { log } = await aHouseOnDiscord({ discord, store });
    await log.told('archive.synced');

    expect(await said(discord, { by, name: 'team' })).toMatch(
      /^Teams at work: 0 of 100; waiting: 0\. Yours has nothing to do\.\nMembers: math\nCode: bubblewrap \(alive\)\nArchive of this server: 1 of 1 channels read, 1 messages since the start\.$/,
    );
    expect(await said(discord, { by, name: 'model' })).toBe(
      'The team thinks with `scripted` for you here.',
    );
    expect(await said(discord, { by, name: 'help' })).toContain('`/forget`');
  });

  it('stop what their user has under way here', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const held = Promise.withResolvers<never>();
    held.promise.catch(() => {});
    const { troupe } = await aHouseOnDiscord({
      discord,
      store,
      script: () => ({ kind: 'hang' }),
    });
    const by = discord.person('ada');
    discord.say({ by, in: discord.general, text: '!wait' });
    await discord.until(() => troupe.underway(`discord:${by.id}`).length === 1);

    expect(await said(discord, { by, name: 'stop' })).toBe('Stopped: 1.');
    await discord.until(() => discord.answers(discord.general).length === 1);
    expect(troupe.underway(`discord:${by.id}`)).toEqual([]);
  });

  it('begin a new conversation: what was said before is not shown to the team any more', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const shown: string[] = [];
    await aHouseOnDiscord({
      discord,
      store,
      config: { contextMessages: 0 },
      script: (request) => {
        shown.push(JSON.stringify(request.messages));
        return { kind: 'say', text: 'Done.' };
      },
    });
    const by = discord.person('ada');
    const ask = async (text: string, answers: number): Promise<void> => {
      discord.say({ by, in: discord.general, text });
      await discord.until(() => discord.answers(discord.general).length === answers);
    };

    await ask('!the first', 1);
    await ask('!the second', 2);
    await said(discord, { by, name: 'reset' });
    await ask('!the third', 3);

    expect(shown.map((messages) => messages.includes('the first'))).toEqual([true, true, false]);
  });

  it('forget after a click of the one who asked, and of nobody else', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { log } = await aHouseOnDiscord({ discord, store });
    const [ada, bob] = [discord.person('ada'), discord.person('bob')];
    discord.say({ by: ada, in: discord.general, text: '!remember me' });
    await discord.until(() => discord.answers(discord.general).length === 1);
    const userId = `discord:${ada.id}`;
    const kept = async () =>
      (await store.sessions({ userId: userId as never }, { limit: 9 })).length;

    const asked = await use(discord, { by: ada, name: 'forget', options: { what: 'everything' } });
    const message = asked.original;
    if (message === undefined) throw new Error('it was answered');
    const before = await kept();
    discord.click(message, 'Erase', bob);
    await discord.until(() => message.content.includes('Only the one'));
    const between = await kept();
    const again = await use(discord, { by: ada, name: 'forget', options: { what: 'everything' } });
    if (again.original === undefined) throw new Error('it was answered');
    discord.click(again.original, 'Erase', ada);
    await discord.until(() => again.original?.content.includes('will not come back') === true);

    expect([before, between, await kept()]).toEqual([1, 1, 0]);
    expect(log.events('error')).toEqual([]);
  });

  it('say that a house remembers nothing, where that is so', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, remembers: false });

    const text = await said(discord, { by: discord.person('ada'), name: 'memory' });

    expect(text).toContain('remembers nothing beyond conversations');
  });

  it('sum the last messages up for their user, as records the model cannot mistake', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const shown: string[] = [];
    await aHouseOnDiscord({
      discord,
      store,
      config: { contextMessages: 1 },
      script: (request) => {
        shown.push(JSON.stringify(request.messages));
        return { kind: 'say', text: '[It](https://evil.example) was about tea.' };
      },
    });
    const [ada, bob] = [discord.person('ada'), discord.person('bob')];
    for (const text of ['apples', 'pears', 'plums'])
      discord.say({ by: bob, in: discord.general, text });

    expect(await said(discord, { by: ada, name: 'tldr', options: { count: 2 } })).toBe(
      'It (<https://evil.example>) was about tea.',
    );
    expect(shown[0]).toContain('plums');
    expect(shown[0]).not.toContain('apples');
    discord.say({ by: ada, in: discord.general, text: '.tldr 3' });
    await discord.until(() => discord.answers(discord.general).length === 1);
    expect(shown[1]).toContain('apples');
  });
});
