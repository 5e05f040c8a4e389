import { describe, expect, it } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import { channelHistory } from '../../src/channel-history.ts';
import { historyOf } from '../../src/past-history.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, User } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { said, use } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

const { signal } = new AbortController();

/** A house, and what the history tools find of tea for whoever asks there. */
async function aHouseWithHistory({ discord, store }: Awaited<ReturnType<typeof aPlaceForTea>>) {
  const house = await aHouseOnDiscord({
    discord,
    store,
    script: () => ({ kind: 'say', text: 'Tea it is.' }),
  });
  const history = channelHistory(store.archive, house.channelsFor, historyOf(store));
  const found = async (by: User, place: Channel): Promise<readonly string[]> => {
    const scope = {
      userId: UserId(`discord:${by.id}`),
      channelId: ChannelId(`discord:${place.id}`),
    };
    const search = await history.search(scope, { query: 'tea', limit: 9, signal });
    return search.kind === 'found' ? search.records.map(({ text }) => text).sort() : [];
  };
  return { ...house, found };
}

async function aPlaceForTea() {
  const [discord, store] = [await aDiscord(), await aStore()];
  const [ada, bob] = [discord.person('ada'), discord.person('bob')];
  const [adas, bobs] = [discord.world.directChannel(ada), discord.world.directChannel(bob)];
  return { discord, store, ada, bob, adas, bobs };
}

const answered = (discord: FakeDiscord, place: Channel, count = 1): Promise<void> =>
  discord.until(() => discord.answers(place).length === count);

/** Until it reads so: what is heard is written a moment later. */
async function reads(
  read: () => Promise<readonly string[]>,
  expected: readonly string[],
): Promise<void> {
  while (JSON.stringify(await read()) !== JSON.stringify(expected)) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('direct messages', { timeout: 60_000 }, () => {
  it('are looked up by the one whose they are, with the answers, and by nobody else, nowhere else', async () => {
    const place = await aPlaceForTea();
    const { discord, ada, bob, adas, bobs } = place;
    const { found } = await aHouseWithHistory(place);
    discord.say({ by: ada, in: adas, text: 'green tea is mine' });
    discord.say({ by: bob, in: bobs, text: 'black tea is mine' });
    await Promise.all([answered(discord, adas), answered(discord, bobs)]);

    await reads(() => found(ada, adas), ['Tea it is.', 'green tea is mine']);
    await reads(() => found(bob, bobs), ['Tea it is.', 'black tea is mine']);

    expect(await found(bob, adas)).toEqual([]);
    expect(await found(ada, discord.general)).not.toContain('green tea is mine');
  });

  it('of an absence are read when their user is back, with what was edited and deleted', async () => {
    const place = await aPlaceForTea();
    const { discord, ada, adas } = place;
    const first = await aHouseWithHistory(place);
    // What is younger than a minute may have been overlooked, and would stay.
    const at = Date.now() - 120_000;
    const edited = discord.say({ by: ada, in: adas, text: 'tea at five', at });
    const deleted = discord.say({ by: ada, in: adas, text: 'no tea', at });
    await answered(discord, adas, 2);
    const isThere = ['Tea it is.', 'Tea it is.', 'no tea', 'tea at five'];
    await reads(() => first.found(ada, adas), isThere);
    await first.close();

    discord.edit(edited, 'tea at six');
    discord.world.erase(deleted);
    const { found } = await aHouseWithHistory(place);
    await said(discord, { by: ada, name: 'quota', in: adas });

    await reads(() => found(ada, adas), ['Tea it is.', 'Tea it is.', 'tea at six']);
  });

  it('are summed up for their user, and erased by /forget, those of the team with them', async () => {
    const place = await aPlaceForTea();
    const { discord, store, ada, adas } = place;
    const { found } = await aHouseWithHistory(place);
    discord.say({ by: ada, in: adas, text: 'green tea is mine' });
    await answered(discord, adas);
    await reads(() => found(ada, adas), ['Tea it is.', 'green tea is mine']);

    expect(await said(discord, { by: ada, name: 'tldr', in: adas })).toBe('Tea it is.');
    const userId = UserId(`discord:${ada.id}`);
    const channelId = ChannelId(`discord:${adas.id}`);
    const asked = await use(discord, {
      by: ada,
      name: 'forget',
      in: adas,
      options: { what: 'channel' },
    });
    if (asked.original === undefined) throw new Error('It did not ask back.');
    discord.click(asked.original, 'Erase', ada);
    await discord.until(() => asked.original?.content.startsWith('It is erased') === true);

    const kept = await store.archive.recent(
      { userId, channels: [channelId] },
      { channelId, limit: 9 },
    );
    expect(kept).toEqual([]);
  });
});
