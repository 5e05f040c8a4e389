import { PermissionFlagsBits as may } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import { channelHistory } from '../../src/channel-history.ts';
import { historyOf } from '../../src/past-history.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, User } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const { signal } = new AbortController();

/** A channel for one role only. */
function aClosedChannel(discord: FakeDiscord, name: string, roleId: string): Channel {
  const all = discord.guild.id;
  return discord.world.addChannel(discord.guild, name, [
    { id: all, type: 0, deny: String(may.ViewChannel), allow: '0' },
    { id: roleId, type: 0, deny: '0', allow: String(may.ViewChannel | may.ReadMessageHistory) },
    { id: discord.world.bot.id, type: 1, deny: '0', allow: String(may.ViewChannel) },
  ]);
}

/** A house that has read a closed channel and an open one, and what is found of tea for whoever asks there. */
async function aHouseWithTea() {
  const [discord, store] = [await aDiscord(), await aStore()];
  const role = discord.world.addRole(discord.guild, { name: 'mods', permissions: 0n });
  const mods = aClosedChannel(discord, 'mods', role.id);
  const [ada, mia] = [discord.person('ada'), discord.person('mia', [role.id])];
  const open = discord.say({ by: ada, in: discord.general, text: 'tea at five' });
  discord.say({ by: mia, in: mods, text: 'no tea for ada' });
  const { log, channelsFor } = await aHouseOnDiscord({ discord, store });
  await log.told('archive.synced');
  await store.archive.reach(ChannelId(`discord:${mods.id}`));
  const history = channelHistory(store.archive, channelsFor, historyOf(store));
  const scope = (by: User, channel: Channel) => ({
    userId: UserId(`discord:${by.id}`),
    channelId: ChannelId(`discord:${channel.id}`),
  });
  const texts = async (by: User, channel: Channel): Promise<readonly string[]> => {
    const found = await history.search(scope(by, channel), { query: 'tea', limit: 9, signal });
    return found.kind === 'found' ? found.records.map(({ text }) => text).sort() : [];
  };
  return { discord, store, log, history, scope, texts, mods, ada, mia, open };
}

describe('what is quoted of channels', { timeout: 60_000 }, () => {
  it('is what the asker may read, and everybody who reads the answer', async () => {
    const { discord, log, texts, mods, ada, mia } = await aHouseWithTea();
    while (log.lines.filter(({ event }) => event === 'archive.synced').length < 2)
      await new Promise((resolve) => setImmediate(resolve));

    expect(await texts(ada, discord.general)).toEqual(['tea at five']);
    expect(await texts(mia, discord.general)).toEqual(['tea at five']);
    expect(await texts(mia, mods)).toEqual(['no tea for ada', 'tea at five']);
    expect(await texts(ada, mods)).toEqual([]);
  });

  it('comes with who wrote it, when, and a link that leads there', async () => {
    const { discord, history, scope, ada, open } = await aHouseWithTea();

    const found = await history.recent(scope(ada, discord.general), { limit: 1, signal });

    const link = `https://discord.com/channels/${discord.guild.id}/${discord.general.id}/${open.id}`;
    expect(found).toMatchObject({
      kind: 'found',
      records: [{ author: 'user', name: 'Ada', text: 'tea at five', link }],
      more: false,
    });
  });

  it('follows edits and deletions, and what was written while nobody heard', async () => {
    const { discord, store, log, texts, ada, open } = await aHouseWithTea();
    const read = () => texts(ada, discord.general);
    discord.edit(open, 'tea at six');
    await seen(read, ['tea at six']);
    discord.world.erase(open);
    await seen(read, []);
    discord.say({ by: ada, in: discord.general, text: 'tea at seven' });
    await seen(read, ['tea at seven']);
    expect(log.events('error')).toEqual([]);
    expect(store.health().kind).toBe('ok');
  });
});

/** Until it reads so: what is heard is written a moment later. */
async function seen(
  read: () => Promise<readonly string[]>,
  expected: readonly string[],
): Promise<void> {
  while (JSON.stringify(await read()) !== JSON.stringify(expected)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
