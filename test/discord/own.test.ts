import { describe, expect, it } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import { COMMANDS } from '../../src/discord/commands/definitions.ts';
import type { Store } from '../../src/store/store.ts';
import { underTest } from '../store/store-under-test.ts';
import { buttonsOf, type FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { User } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { addingMemory, aMemory } from '../support/memory-builders.ts';
import { aQuestion } from '../support/store-builders.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { aManager, said, use } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

const idOf = ({ id }: User): UserId => UserId(`discord:${id}`);

/** Somebody who was answered in a channel once, and of whom something was learnt there. */
async function known(discord: FakeDiscord, store: Store): Promise<User> {
  const user = discord.person('ada');
  const channelId = ChannelId(`discord:${discord.general.id}`);
  const question = aQuestion({ userId: idOf(user), channelId, text: 'I am a sailor.' });
  await underTest(() => store).answered(question);
  const memory = aMemory(question, { text: 'Ada is a sailor.' });
  await store.memories.apply({ userId: idOf(user) }, addingMemory(memory));
  return user;
}

const textsOf = async (store: Store, user: User): Promise<readonly string[]> =>
  (await store.memories.known({ userId: idOf(user) })).memories.map(({ text }) => text);

const sessionsOf = async (store: Store, user: User): Promise<number> =>
  (await store.sessions({ userId: idOf(user) }, { limit: 9 })).length;

describe('what the house keeps of somebody on Discord', { timeout: 60_000 }, () => {
  it('is listed by /memory, each with an id by which it is erased', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, bob] = [await known(discord, store), discord.person('bob')];
    const call = { by: ada, name: 'memory' };

    const list = await said(discord, call);
    const id = /\(`(.+)`\)/.exec(list)?.[1] ?? '';
    const options = { action: 'forget', id };
    const byBob = await said(discord, { by: bob, name: 'memory', options });
    const byAda = await said(discord, { ...call, options });

    expect(list).toContain('- Ada is a sailor. (`');
    expect(byBob).toContain('There is no memory with this id');
    expect(byAda).toBe('It is erased.');
    expect(await said(discord, call)).toBe('Nothing is remembered about you.');
  });

  it('is found by its words in past sessions, by its user alone', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const [ada, bob] = [await known(discord, store), discord.person('bob')];
    const options = { action: 'sessions', words: 'sailor' };

    const byAda = await use(discord, { by: ada, name: 'memory', options });
    const byBob = await said(discord, { by: bob, name: 'memory', options, locale: 'de' });
    const wordless = await said(discord, {
      by: ada,
      name: 'memory',
      options: { action: 'sessions' },
    });

    expect(byAda.original?.content).toMatch(
      new RegExp(`^What was said .*\\n- <t:\\d+:d> <#${discord.general.id}>: I am a sailor\\. → `),
    );
    expect(byAda.original?.flags).toBe(64 | 4);
    expect(byBob).toBe('In deinen Gesprächen wurde nichts dergleichen gesagt.');
    expect(wordless).toContain('`/memory action:sessions words:…`');
  });

  it('is exported by /memory, all of it, as a file for its user alone', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const ada = await known(discord, store);

    const exported = await use(discord, { by: ada, name: 'memory', options: { action: 'export' } });
    const [file] = exported.original?.attachments ?? [];
    const path = new URL(file?.url ?? 'http://nowhere').pathname;
    const content = JSON.parse(String(discord.http.files.get(path)?.bytes));

    expect(file?.filename).toBe('memory.json');
    expect(exported.original?.flags).toBe(64 | 4);
    expect(content.memories.map(({ text }: { readonly text: string }) => text)).toEqual([
      'Ada is a sailor.',
    ]);
    expect(content.sessions).toHaveLength(1);
  });

  it.each([
    ['me', 'Erase everything that is remembered about you?', { memories: 0, sessions: 1 }],
    [
      'channel',
      'Erase all that you have said to the team in this channel',
      { memories: 0, sessions: 0 },
    ],
    ['everything', 'Erase everything: memories, conversations', { memories: 0, sessions: 0 }],
  ] as const)('is erased by /forget %s, after a question and a click', async (what, asks, left) => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const ada = await known(discord, store);

    const asked = await use(discord, { by: ada, name: 'forget', options: { what } });
    const message = asked.original;
    if (message === undefined) throw new Error('It was not answered.');
    const question = message.content;
    const buttons = buttonsOf(message).map(({ label }) => label);
    const before = (await textsOf(store, ada)).length;
    discord.click(message, 'Erase', ada);
    await discord.until(() => message.content.includes('will not come back'));

    expect(question).toContain(asks);
    expect(buttons).toEqual(['Erase']);
    expect(before).toBe(1);
    expect({
      memories: (await textsOf(store, ada)).length,
      sessions: await sessionsOf(store, ada),
    }).toEqual(left);
  });

  it('is told by /privacy: what it is, who sees it, how it is erased', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const by = discord.person('ada');

    const english = await said(discord, { by, name: 'privacy' });
    const german = await said(discord, { by, name: 'privacy', locale: 'de' });

    expect(english).toContain('Only you see your history, your direct messages and your memories.');
    for (const text of [english, german]) expect(text).toContain('`/forget`');
    expect(german).toContain('Aufbewahrt werden');
  });
});

describe('/help', { timeout: 60_000 }, () => {
  it('says how to ask, with the prefix that holds there, and tells of every command that its reader may use', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, config: { prefix: '?' } });
    const [ada, mia] = [discord.person('ada'), await aManager(discord)];
    const mine = COMMANDS.filter(({ isForManagers }) => isForManagers !== true);

    const forAda = await said(discord, { by: ada, name: 'help' });
    const options = { place: 'server', setting: 'threads', value: 'on' };
    await said(discord, { by: mia, name: 'settings', options });
    const forMia = await said(discord, { by: mia, name: 'help' });
    const direct = await said(discord, {
      by: ada,
      name: 'help',
      in: discord.world.directChannel(ada),
    });

    expect(forAda).toContain('Write `?your question`');
    for (const { name } of mine) expect(forAda).toContain(`\`/${name}\``);
    expect(forAda).not.toContain('`/settings`');
    expect(forMia).toContain('`/settings`');
    expect(forMia).toContain('each question opens a thread');
    expect(direct).toContain('here, every message is for me');
  });

  it('is one message in every language', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const by = await aManager(discord);

    for (const locale of ['en-GB', 'de', 'es-ES', 'fr']) {
      const { original } = await use(discord, { by, name: 'help', locale });
      expect(original?.attachments).toEqual([]);
      expect(original?.content).toContain('`/settings`');
      expect(original?.content).not.toMatch(/\{\w+\}/);
    }
  });
});
