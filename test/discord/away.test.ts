import { describe, expect, it } from 'vitest';
import { aQuestion } from '../../src/testing/builders.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { gate } from '../support/gates.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const contents = (discord: FakeDiscord): readonly string[] =>
  discord.answers(discord.general).map(({ content }) => content);

const echo = ({ messages }: { readonly messages: readonly { readonly content: string }[] }) =>
  ({ kind: 'say', text: `You asked: ${messages.at(-1)?.content}` }) as const;

const config = { contextMessages: 0 };

describe('what is written while the house is away', () => {
  it('is answered once when it is back, in channels and in private', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const ada = discord.person('ada');
    const direct = discord.world.directChannel(ada);
    const first = await aHouseOnDiscord({ discord, store, script: echo, config });
    discord.say({ by: ada, in: discord.general, text: '!before' });
    discord.say({ by: ada, in: direct, text: 'before' });
    await discord.until(
      () => contents(discord).length === 1 && discord.answers(direct).length === 1,
    );
    await first.close();

    discord.say({ by: ada, in: discord.general, text: 'small talk' });
    discord.say({ by: ada, in: discord.general, text: '!meanwhile' });
    discord.say({ by: ada, in: direct, text: 'meanwhile' });
    const second = await aHouseOnDiscord({ discord, store, script: echo, config });
    await discord.until(
      () => contents(discord).length === 2 && discord.answers(direct).length === 2,
    );
    await second.close();
    await aHouseOnDiscord({ discord, store, script: echo, config });
    discord.say({ by: ada, in: discord.general, text: '!after' });
    await discord.until(() => contents(discord).length === 3);

    expect(contents(discord)).toEqual([
      'You asked: before',
      'You asked: meanwhile',
      'You asked: after',
    ]);
    expect(discord.answers(direct)).toHaveLength(2);
  });

  it('too long ago gets one note for each channel, with what an earlier life had kept and not begun', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const ada = discord.person('ada');
    const hourAgo = Date.now() - 60 * 60_000;
    for (const nth of [1, 2]) {
      const at = hourAgo - 1_000 * nth;
      const { id } = discord.say({ by: ada, in: discord.general, text: '!kept', at });
      const ids = { run: `discord:${id}`, user: `discord:${ada.id}` };
      const channel = `discord:${discord.general.id}`;
      const origin = {
        platform: 'discord',
        channelId: discord.general.id,
        replyTo: id,
        position: at,
        stream: channel,
      };
      await store.inbox.accept({ ...aQuestion({ ...ids, channel }), at, origin });
    }
    await store.inbox.leave();
    await store.gateways.advance('discord', hourAgo);
    discord.say({ by: ada, in: discord.general, text: '!old', at: hourAgo + 1_000 });

    await aHouseOnDiscord({ discord, store, script: echo, config });
    discord.say({ by: ada, in: discord.general, text: '!new' });
    await discord.until(() => contents(discord).length === 2);

    expect(contents(discord).toSorted()).toEqual([
      expect.stringContaining('I was away for a while'),
      'You asked: new',
    ]);
    expect(await store.inbox.unfinished(9)).toEqual([]);
  });

  it('too long ago gets one note for each channel', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const ada = discord.person('ada');
    const hourAgo = Date.now() - 60 * 60_000;
    await store.gateways.advance('discord', hourAgo);
    discord.say({ by: ada, in: discord.general, text: '!old', at: hourAgo + 1_000 });
    discord.say({ by: ada, in: discord.general, text: '!older', at: hourAgo + 2_000 });

    await aHouseOnDiscord({ discord, store, script: echo, config });
    discord.say({ by: ada, in: discord.general, text: '!new' });
    await discord.until(() => contents(discord).includes('You asked: new'));

    expect(contents(discord)).toEqual([expect.stringContaining('I was away'), 'You asked: new']);
  });

  it('is not looked for at the very first start', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const ada = discord.person('ada');
    discord.say({ by: ada, in: discord.general, text: '!long before' });

    await aHouseOnDiscord({ discord, store, script: echo, config });
    discord.say({ by: ada, in: discord.general, text: '!now' });
    await discord.until(() => contents(discord).length === 1);

    expect(contents(discord)).toEqual(['You asked: now']);
  });
});

describe('a lost connection', () => {
  it('while a run is under way loses nothing: what was said meanwhile is told again', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const door = gate();
    const script = async (request: Parameters<typeof echo>[0]) => {
      await door.pass();
      return echo(request);
    };
    await aHouseOnDiscord({ discord, store, script, config });
    const [ada, bob] = [discord.person('ada'), discord.person('bob')];
    discord.say({ by: ada, in: discord.general, text: '!first' });
    await door.reached;

    discord.gateway.cut();
    discord.say({ by: bob, in: discord.general, text: '!second' });
    await discord.until(() => discord.gateway.counts.resumed === 1);
    door.open();
    await discord.until(() => contents(discord).length === 2);

    expect(contents(discord).toSorted()).toEqual(['You asked: first', 'You asked: second']);
  });

  it('whose session is gone is made anew, and what was missed is read back', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, script: echo, config });
    const ada = discord.person('ada');
    discord.say({ by: ada, in: discord.general, text: '!before' });
    await discord.until(() => contents(discord).length === 1);

    discord.gateway.forgetSessions();
    discord.gateway.resumes = false;
    discord.gateway.cut();
    discord.say({ by: ada, in: discord.general, text: '!in the gap' });
    await discord.until(() => contents(discord).length === 2);

    expect(discord.gateway.counts.identified).toBe(2);
    expect(contents(discord)).toEqual(['You asked: before', 'You asked: in the gap']);
  }, 30_000);

  it('is asked for by Discord and comes back by itself', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, script: echo, config });

    discord.gateway.askToReconnect();
    await discord.until(() => discord.gateway.counts.resumed === 1);
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!still there?' });
    await discord.until(() => contents(discord).length === 1);

    expect(contents(discord)).toEqual(['You asked: still there?']);
  });

  it('without answers to heartbeats is given up for a new one', async () => {
    const discord = await aDiscord();
    discord.gateway.heartbeatMs = 300;
    const store = await aStore();
    await aHouseOnDiscord({ discord, store, script: echo, config });

    discord.gateway.acknowledges = false;
    await discord.until(() => discord.gateway.counts.connections >= 2);
    discord.gateway.acknowledges = true;
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!hear me?' });
    await discord.until(() => contents(discord).length === 1);

    expect(contents(discord)).toEqual(['You asked: hear me?']);
  }, 30_000);
});
