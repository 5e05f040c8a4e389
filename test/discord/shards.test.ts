import { once } from 'node:events';
import { type Client, Events } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/discord/client.ts';
import { ShardGaps } from '../../src/discord/intake/shard-gaps.ts';
import { watchHearing } from '../../src/discord/life/hearing.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, Guild } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach, closeLater } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const shardOf = ({ id }: Guild): number => Number((BigInt(id) >> 22n) % 2n);

/** A server on each of two shards, and a channel in it. */
function twoServers({ world, guild, general }: FakeDiscord): readonly [Channel, Channel] {
  const owner = world.addUser('other-owner');
  for (let made = 1; ; made++) {
    const other = world.addGuild(`Server ${made}`, owner);
    const channel = world.addChannel(other, 'general');
    if (shardOf(other) === shardOf(guild)) continue;
    return shardOf(guild) === 0 ? [general, channel] : [channel, general];
  }
}

describe('a bot of two shards', { timeout: 60_000 }, () => {
  it('answers on both, identifies them one after the other, and registers its commands once', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    Object.assign(discord.gateway, { shards: 2, maxConcurrency: 1 });
    const channels = twoServers(discord);
    const house = await aHouseOnDiscord({ discord, store });
    await house.log.told('discord.commands_registered');
    const ada = discord.person('ada');

    for (const channel of channels) {
      const guild = discord.world.guilds.get(channel.guild_id ?? '');
      if (guild !== undefined) discord.world.addMember(guild, ada);
      discord.say({ by: ada, in: channel, text: '!hello' });
      await discord.until(() => discord.answers(channel).length === 1);
    }

    const { identified, counts } = discord.gateway;
    expect(identified.map(({ shard }) => shard)).toEqual([0, 1]);
    expect(
      identified.every(({ shard, guilds }) => guilds.includes(channels[shard]?.guild_id ?? '')),
    ).toBe(true);
    expect(counts).toMatchObject({ identified: 2, tooSoon: 0 });
    expect(discord.commands.writes).toBe(1);
    expect(house.log.events('error')).toEqual([]);
  });

  it('takes one up again alone when its connection breaks', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    discord.gateway.shards = 2;
    const [first, second] = twoServers(discord);
    await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');

    discord.gateway.cutShard(1);
    discord.say({ by: ada, in: second, text: '!did you hear?' });
    discord.say({ by: ada, in: first, text: '!and you?' });
    await discord.until(() =>
      [first, second].every((channel) => discord.answers(channel).length === 1),
    );

    expect(discord.gateway.counts).toMatchObject({ identified: 2, resumed: 1 });
  });

  it('is deaf when one of them is, whatever the other hears', async () => {
    const discord = await aDiscord();
    Object.assign(discord.gateway, { shards: 2, heartbeatMs: 2 ** 30 });
    const channels = twoServers(discord);
    const client = createClient({ apiUrl: discord.apiUrl, withContent: true });
    closeLater(() => client.destroy());
    const ready = once(client, Events.ClientReady);
    await client.login(discord.token);
    await ready;
    const clock = simulatedClock();
    const silences: number[] = [];
    const deafness = { lookEveryMs: 100, silentMs: 150 };
    const onDeaf = (silentMs: number): void => void silences.push(silentMs);
    const stop = watchHearing(client, { clock, deafness, onDeaf });
    closeLater(async () => stop());

    await hears(client, () => say(discord, channels, [0, 1]));
    await clock.advance(100);
    await hears(client, () => say(discord, channels, [0]));
    await clock.advance(100);

    expect(silences).toEqual([200]);
  });

  it('answers what was said on either of them while it was away', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    discord.gateway.shards = 2;
    const channels = twoServers(discord);
    const ada = discord.person('ada');
    const direct = discord.world.directChannel(ada);
    const earlier = await aHouseOnDiscord({ discord, store });
    for (const channel of [...channels, direct]) {
      discord.say({ by: ada, in: channel, text: '!before' });
      await discord.until(() => discord.answers(channel).length === 1);
    }
    await earlier.close();
    for (const channel of [...channels, direct])
      discord.say({ by: ada, in: channel, text: '!meanwhile' });

    await aHouseOnDiscord({ discord, store });

    await discord.until(() =>
      [...channels, direct].every((channel) => discord.answers(channel).length === 2),
    );
  });
});

const say = (discord: FakeDiscord, channels: readonly Channel[], on: readonly number[]) =>
  on.map((shard) => {
    const channel = channels[shard];
    if (channel === undefined) throw new Error(`There is no shard ${shard}.`);
    return discord.say({ by: discord.person('ada'), in: channel, text: 'hello' });
  });

/** Resolves when a client has heard all that is said. */
async function hears(client: Client, said: () => readonly unknown[]): Promise<void> {
  const all = Promise.withResolvers<void>();
  let left = said().length;
  const hear = (): void => {
    left -= 1;
    if (left === 0) all.resolve();
  };
  client.on(Events.Raw, hear);
  await all.promise;
  client.off(Events.Raw, hear);
}

describe('what a shard has missed', () => {
  it('is what was said since the life before, once', () => {
    const gaps = new ShardGaps(100);

    expect([gaps.ready(0, 200), gaps.ready(1, 201), gaps.ready(0, 300)]).toEqual([
      100,
      100,
      undefined,
    ]);
  });

  it('is what was said since it has heard something last, whatever the others hear', () => {
    const gaps = new ShardGaps(undefined);
    gaps.ready(0, 100);
    gaps.ready(1, 100);
    gaps.heard(0, 150);
    gaps.heard(1, 900);

    gaps.lost(0);
    gaps.lost(1);
    gaps.resumed(1);
    gaps.lost(0);

    expect(gaps.ready(0, 1_000)).toBe(150);
    expect(gaps.ready(1, 1_000)).toBeUndefined();
  });

  it('is what nobody heard, when another client comes in the place of one', () => {
    const gaps = new ShardGaps(undefined);
    gaps.ready(0, 100);
    gaps.heard(0, 150);

    gaps.allLost();

    expect(gaps.ready(0, 1_000)).toBe(150);
  });
});
