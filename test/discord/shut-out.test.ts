import { PermissionFlagsBits as may } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../../src/shared/parse.ts';
import {
  buttonsOf,
  type FakeDiscord,
  type FakeDiscordOptions,
} from '../support/fake-discord/fake-discord.ts';
import type { Channel } from '../support/fake-discord/objects.ts';
import {
  addForum,
  addThread,
  archiveThread,
  removeChannel,
  setOverwrites,
} from '../support/fake-discord/places.ts';
import { gate } from '../support/gates.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const contents = (discord: FakeDiscord, channel: Channel): readonly string[] =>
  discord.answers(channel).map(({ content }) => content);

const config = { contextMessages: 0 };

/** A house whose model answers when the door is opened, and somebody who asks in a channel. */
async function aHouseAtWork(
  where?: (discord: FakeDiscord) => Channel,
  { says = 'The answer.', ...options }: FakeDiscordOptions & { readonly says?: string } = {},
) {
  const [discord, store] = [await aDiscord(options), await aStore()];
  const ada = discord.person('ada');
  const channel = where?.(discord) ?? discord.general;
  const direct = discord.world.directChannel(ada);
  const door = gate();
  const script = async () => {
    await door.pass();
    return { kind: 'say', text: says } as const;
  };
  const house = await aHouseOnDiscord({ discord, store, script, config });
  const ask = (at?: number) =>
    discord.say({ by: ada, in: channel, text: '!why?', ...(at === undefined ? {} : { at }) });
  const drafted = () =>
    discord.until(() => {
      const [draft] = discord.answers(channel);
      return draft !== undefined && buttonsOf(draft).some(({ label }) => label === 'Stop');
    });
  return { ...house, discord, store, ada, channel, direct, door, ask, drafted };
}

const mayNotWrite = ({ world, guild }: FakeDiscord, channel: Channel): void =>
  setOverwrites(world, channel, [
    { id: guild.id, type: 0, allow: '0', deny: String(may.SendMessages) },
  ]);

const noteOn = ({ id }: Channel): string =>
  `-# I may not write in <#${id}> any more, so this answer is for you alone.`;

describe('an answer whose channel has changed meanwhile', { timeout: 60_000 }, () => {
  it('is told to its asker alone when the channel is gone', async () => {
    const { discord, channel, direct, door, ask, drafted } = await aHouseAtWork();
    ask();
    await drafted();

    removeChannel(discord.world, channel);
    door.open();
    await discord.until(() => discord.answers(direct).length === 1);

    expect(contents(discord, direct)).toEqual([`${noteOn(channel)}\nThe answer.`]);
  });

  it('is told to its asker alone where we may not write any more, once, also by a later life', async () => {
    const { discord, store, close, channel, direct, door, ask } = await aHouseAtWork();
    ask();
    await door.reached;
    mayNotWrite(discord, channel);
    door.open();
    await discord.until(() => discord.answers(direct).length === 1);
    await close();
    await aHouseOnDiscord({ discord, store, config });

    expect(contents(discord, direct)).toHaveLength(1);
    expect(contents(discord, channel)).toEqual([]);
  });

  it('takes the place of its draft where nothing new may be written, however long it took', async () => {
    const { discord, channel, direct, door, ask, drafted } = await aHouseAtWork();
    ask(Date.now() - 40_000);
    await drafted();

    mayNotWrite(discord, channel);
    door.open();
    await discord.until(() => contents(discord, channel)[0] === 'The answer.');

    expect(contents(discord, direct)).toEqual([]);
  });

  it('is given up when its asker takes no direct messages, which the log says, and the next one arrives', async () => {
    const { discord, log, ada, channel, door, ask } = await aHouseAtWork();
    discord.world.closedTo.add(ada.id);
    ask();
    await door.reached;
    mayNotWrite(discord, channel);
    door.open();
    await log.told('part.given_up');

    setOverwrites(discord.world, channel, []);
    ask();
    await discord.until(() => contents(discord, channel).includes('The answer.'));

    expect(contents(discord, channel)).toEqual(['The answer.']);
  });

  it('comes as a message of its own when somebody has deleted the draft', async () => {
    const { discord, channel, door, ask, drafted } = await aHouseAtWork();
    ask();
    await drafted();
    const [draft] = discord.answers(channel);
    if (draft !== undefined) discord.world.erase(draft);

    door.open();
    await discord.until(() => contents(discord, channel).length === 1);

    expect(contents(discord, channel)).toEqual(['The answer.']);
  });

  it('opens a thread that was put away, and its draft goes', async () => {
    const { discord, channel, door, ask, drafted } = await aHouseAtWork(({ world, general }) =>
      addThread(world, general, 'aside'),
    );
    ask();
    await drafted();

    archiveThread(discord.world, channel);
    door.open();
    const isAlone = () => contents(discord, channel).join() === 'The answer.';
    await discord.until(isAlone);

    expect(channel.thread_metadata?.archived).toBe(false);
  });

  it('is told to its asker alone when the thread was locked', async () => {
    const { discord, channel, direct, door, ask, drafted } = await aHouseAtWork(
      ({ world, general }) => addThread(world, general, 'aside'),
    );
    ask();
    await drafted();

    archiveThread(discord.world, channel, true);
    door.open();
    await discord.until(() => discord.answers(direct).length === 1);

    expect(contents(discord, direct)[0]).toContain('The answer.');
  });

  it('is told to its asker beside another of the same words', async () => {
    const { discord, channel, direct, door, ask } = await aHouseAtWork();
    ask();
    ask();
    await door.reached;
    mayNotWrite(discord, channel);
    door.open();
    await discord.until(() => discord.answers(direct).length === 2);

    const told = `${noteOn(channel)}\nThe answer.`;
    expect(contents(discord, direct)).toEqual([told, told]);
  });

  it('that leaves no room for the note comes below one note, however late it comes', async () => {
    const says = 'So it is. '.repeat(199).trim();
    let [aheadMs, faults] = [0, 0];
    let directId = '';
    const house = await aHouseAtWork(undefined, {
      says,
      now: () => Date.now() + aheadMs,
      fault({ method, path, body }) {
        const isPrivate = method === 'POST' && path === `/channels/${directId}/messages`;
        const isAnswer = isPrivate && isRecord(body) && body['content'] === says;
        // The client tries four times of its own accord; the nonces are forgotten by the next attempt.
        if (!isAnswer || faults >= 4) return 'none';
        faults += 1;
        aheadMs = 20 * 60_000;
        return { status: 500 };
      },
    });
    const { discord, channel, direct, door, ask } = house;
    ask();
    await door.reached;
    mayNotWrite(discord, channel);
    directId = direct.id;
    door.open();
    await discord.until(() => contents(discord, direct).includes(says));

    expect(faults).toBe(4);
    expect(contents(discord, direct)).toEqual([noteOn(channel), says]);
  });
});

describe('what was written in threads while the house was away', { timeout: 60_000 }, () => {
  it('is answered in posts of a forum, and in threads that were put away, as in any channel', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { world, guild, general } = discord;
    const ada = discord.person('ada');
    const post = addThread(world, addForum(world, guild.id, 'help'), 'How do I?');
    const thread = addThread(world, general, 'aside');
    const first = await aHouseOnDiscord({ discord, store, config });
    for (const place of [post, thread]) discord.say({ by: ada, in: place, text: '!before' });
    await discord.until(() => [post, thread].every((place) => discord.answers(place).length === 1));
    await first.close();

    for (const place of [post, thread]) {
      discord.say({ by: ada, in: place, text: 'small talk' });
      discord.say({ by: ada, in: place, text: '!meanwhile' });
    }
    archiveThread(world, thread);
    await aHouseOnDiscord({ discord, store, config });
    await discord.until(() => [post, thread].every((place) => discord.answers(place).length === 2));
    discord.say({ by: ada, in: thread, text: '!after' });
    await discord.until(() => discord.answers(thread).length === 3);

    expect(thread.thread_metadata?.archived).toBe(false);
    expect(discord.answers(post)).toHaveLength(2);
  });
});
