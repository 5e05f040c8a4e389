import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../../src/shared/parse.ts';
import { gate } from '../support/gates.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import {
  aDiscord,
  aFolder,
  aHouseOnDiscord,
  aStore,
  aStoreByWire,
  closeAfterEach,
} from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

describe('a house on Discord', () => {
  it('does not open with a token that Discord does not take, and says which', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    discord.http.acceptsToken = false;

    await expect(aHouseOnDiscord({ discord, store })).rejects.toThrow(
      'Discord did not accept DISCORD_TOKEN',
    );
  });

  it('says so once when its token is taken away later', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const house = await aHouseOnDiscord({ discord, store });

    discord.gateway.hangUp(4_004);
    await house.refused;

    expect(house.refusals.map(({ message }) => message)).toEqual([
      expect.stringContaining('DISCORD_TOKEN'),
    ]);
  });

  it('says so once when a request is answered with 401', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const house = await aHouseOnDiscord({ discord, store });

    discord.http.acceptsToken = false;
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!hello' });
    await house.refused;

    expect(house.refusals).toHaveLength(1);
  });

  it('opens without Message Content, says which ways in still work, and answers by them', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    discord.gateway.grantsMessageContent = false;
    const house = await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');

    discord.say({ by: ada, in: discord.general, text: '!by prefix' });
    const text = `<@${discord.world.bot.id}> by mention`;
    const asked = discord.say({ by: ada, in: discord.general, text });
    await discord.until(() => discord.answers(discord.general).length === 1);

    const [answer] = discord.answers(discord.general);
    expect(answer?.message_reference?.message_id).toBe(asked.id);
    expect(house.describe()).toContain('without Message Content');
  });

  it('shows that it is well, and that it closes', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const house = await aHouseOnDiscord({ discord, store });
    await discord.until(() => discord.gateway.presence !== undefined);
    expect(discord.gateway.presence).toMatchObject({ status: 'online' });

    await house.close();

    expect(discord.gateway.presence).toMatchObject({ status: 'dnd' });
  });

  it('shows how it is in the language that most of its servers have', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { guild, gateway } = discord;
    guild.preferred_locale = 'fr';
    await aHouseOnDiscord({ discord, store });

    await discord.until(() => gateway.presence !== undefined);

    expect(gateway.presence).toMatchObject({ activities: [{ state: 'Demandez-moi tout' }] });
  });

  it('shows that its database is away, and that it is back', async () => {
    const discord = await aDiscord();
    const { store, wire } = await aStoreByWire();
    await aHouseOnDiscord({ discord, store });
    const shows = (status: string) =>
      discord.until(() => {
        const { presence } = discord.gateway;
        return isRecord(presence) && presence['status'] === status;
      });
    await shows('online');

    wire.trouble({ kind: 'end_at_query', how: 'reset' });
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!hello' });
    await shows('idle');
    wire.pass();
    await shows('online');
    await discord.until(() => discord.answers(discord.general).length === 1);
  }, 60_000);

  it('that crashes again and again waits before it connects, so that Discord does not take its token away', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const dataDir = await aFolder();
    const now = Date.now();
    const starts = [5, 4, 3, 2, 1].map((seconds) => now - seconds * 1_000);
    await writeFile(path.join(dataDir, 'discord-starts.json'), JSON.stringify(starts));

    const { describe, log } = await aHouseOnDiscord({ discord, store, dataDir });

    expect(describe()).toContain('not connected yet');
    expect(log.lines.map(({ event }) => event)).toContain('discord.waits_to_identify');
    expect(discord.gateway.counts.identified).toBe(0);
  });

  it('that closes finishes what is under way, and its answer arrives', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const door = gate();
    const script = async () => {
      await door.pass();
      return { kind: 'say', text: 'In time.' } as const;
    };
    const house = await aHouseOnDiscord({ discord, store, script });
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!hurry' });
    await door.reached;

    const closed = house.close();
    door.open();
    await closed;

    expect(discord.answers(discord.general).map(({ content }) => content)).toEqual(['In time.']);
  });

  it('that is killed with a draft standing gives the answer in its place in its next life', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    let hangs = true;
    const script = () =>
      hangs ? ({ kind: 'hang' } as const) : ({ kind: 'say', text: 'Back again.' } as const);
    const first = await aHouseOnDiscord({ discord, store, script });
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!survive' });
    await discord.until(() => discord.answers(discord.general).length === 1);
    const [draft] = discord.answers(discord.general);
    await first.close('now');

    hangs = false;
    await aHouseOnDiscord({ discord, store, script });
    await discord.until(() =>
      discord.answers(discord.general).some(({ content }) => content.includes('Back again.')),
    );

    const answers = discord.answers(discord.general);
    expect(answers.map(({ id }) => id)).toEqual([draft?.id]);
  });

  it('notices that it hears nothing any more, and connects anew', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const deafness = { lookEveryMs: 50, silentMs: 1_500 };
    const { log } = await aHouseOnDiscord({ discord, store, deafness });

    await discord.until(() => discord.gateway.counts.identified >= 2);

    expect(log.lines.some(({ event }) => event === 'discord.deaf')).toBe(true);
  }, 30_000);

  it('opens although Discord has no connections left for today, and connects later', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    discord.identifiesLeft = 0;
    const house = await aHouseOnDiscord({ discord, store });
    expect(house.describe()).toContain('not connected yet');

    discord.identifiesLeft = 1_000;
    await discord.until(() => discord.gateway.counts.identified === 1);

    expect(house.refusals).toEqual([]);
  });
});

describe('many people', () => {
  it('in one channel at once are both answered, and neither sees the session of the other', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const seen: string[] = [];
    const script = ({
      messages,
    }: {
      readonly messages: readonly { readonly content: string }[];
    }) => {
      seen.push(messages.map(({ content }) => content).join('\n'));
      return { kind: 'say', text: `For: ${messages.at(-1)?.content}` } as const;
    };
    await aHouseOnDiscord({ discord, store, script, config: { contextMessages: 0 } });
    const [ada, bob, general] = [discord.person('ada'), discord.person('bob'), discord.general];
    discord.say({ by: ada, in: general, text: '!my secret is swordfish' });
    discord.say({ by: bob, in: general, text: '!hello from bob' });
    await discord.until(() => discord.answers(general).length === 2);

    discord.say({ by: bob, in: general, text: '!what is the secret?' });
    await discord.until(() => discord.answers(general).length === 3);

    expect(seen.at(-1)).toContain('hello from bob');
    expect(seen.at(-1)).not.toContain('swordfish');
  });

  it('a hundred at once, are all answered once by ten teams', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    discord.http.limits.globalPerSecond = 1_000;
    const { troupe } = await aHouseOnDiscord({ discord, store, maxTeams: 10 });
    const channels = Array.from({ length: 100 }, (_, n) => {
      const channel = discord.world.addChannel(discord.guild, `desk-${n}`);
      discord.world.onEvent('CHANNEL_CREATE', channel, undefined);
      return channel;
    });
    let mostAlive = 0;

    channels.forEach((channel, n) => {
      discord.say({ by: discord.person(`user${n}`), in: channel, text: '!me too' });
    });
    await discord.until(() => {
      mostAlive = Math.max(mostAlive, troupe.view(0).teamCount);
      return channels.every((channel) =>
        discord.answers(channel).some(({ content }) => content === 'Done.'),
      );
    });

    const counts = channels.map((channel) => discord.answers(channel).length);
    expect(new Set(counts)).toEqual(new Set([1]));
    expect(mostAlive).toBeLessThanOrEqual(10);
  }, 60_000);
});
