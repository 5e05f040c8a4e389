import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { UserId } from '../../machines/ids.ts';
import type { Store } from '../../src/store/store.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, User } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { use } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

const config = { prefix: '.' };
const ourUser = ({ id }: User): UserId => UserId(`discord:${id}`);
const lastWords = (discord: FakeDiscord) => (channel: Channel) =>
  discord.answers(channel).at(-1)?.content;

describe('what the house says in private is in the language of its person', () => {
  it('once they have told it by a command', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, config });
    const ada = discord.person('ada');
    const direct = discord.world.directChannel(ada);

    discord.say({ by: ada, in: direct, text: '.tldr 0' });
    await discord.until(() => discord.answers(direct).length === 1);
    await use(discord, { by: ada, in: direct, name: 'stop', locale: 'de' });
    discord.say({ by: ada, in: direct, text: '.tldr 0' });
    await discord.until(() => lastWords(discord)(direct)?.startsWith('Ich kann 1 bis') === true);

    expect(discord.answers(direct)[0]?.content).toMatch(/^I can sum up/);
  });

  it('after a restart, too, until they are forgotten', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const first = await aHouseOnDiscord({ discord, store, config });
    const ada = discord.person('ada');
    const direct = discord.world.directChannel(ada);
    const answered = async (): Promise<string | undefined> => {
      const before = discord.answers(direct).length;
      discord.say({ by: ada, in: direct, text: '.tldr 0' });
      await discord.until(() => discord.answers(direct).length > before);
      return lastWords(discord)(direct);
    };
    await use(discord, { by: ada, in: direct, name: 'stop', locale: 'de' });
    await expect
      .poll(() => store.discordLocales.find(ourUser(ada)))
      .toMatchObject({ locale: 'de' });
    await first.close();

    const second = await aHouseOnDiscord({ discord, store, config });
    expect(await answered()).toMatch(/^Ich kann 1 bis/);

    await use(discord, { by: ada, in: direct, name: 'stop', locale: 'fr' });
    expect(await answered()).toMatch(/^Je peux résumer/);
    await second.memory.forget({ userId: ourUser(ada) }, { kind: 'everything' });
    expect(await answered()).toMatch(/^I can sum up/);
  });

  it('after a restart, too, when it could not be kept the first time and they told it again', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    let isDown = true;
    const discordLocales: Store['discordLocales'] = {
      ...store.discordLocales,
      keep: (seen) =>
        isDown ? Promise.resolve(failure('storage', 'Away.')) : store.discordLocales.keep(seen),
    };
    const house = await aHouseOnDiscord({ discord, store: { ...store, discordLocales }, config });
    const ada = discord.person('ada');
    const direct = discord.world.directChannel(ada);

    await use(discord, { by: ada, in: direct, name: 'stop', locale: 'de' });
    await expect.poll(() => house.log.events('warn')).toContain('discord.locale_not_kept');
    isDown = false;
    await use(discord, { by: ada, in: direct, name: 'stop', locale: 'de' });

    await expect
      .poll(() => store.discordLocales.find(ourUser(ada)))
      .toMatchObject({ locale: 'de' });
  });
});
