import { PermissionFlagsBits as may } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, Message } from '../support/fake-discord/objects.ts';
import { gate } from '../support/gates.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { contents, counted, isSet, regenerate, threads } from './thread-kit.ts';
import { aManager, said } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

const setOn = async (discord: FakeDiscord): Promise<string> => {
  const options = { place: 'server', setting: 'threads', value: 'on' };
  return await said(discord, { by: await aManager(discord), name: 'settings', options });
};

/** The thread of a message, once there are so many answers in it. */
async function threadOf(discord: FakeDiscord, message: Message, answers = 1): Promise<Channel> {
  const thread = () => discord.world.channels.get(message.id);
  await discord.until(() => {
    const opened = thread();
    return opened !== undefined && discord.answers(opened).length === answers;
  });
  return discord.world.channel(message.id);
}

describe('a conversation with a thread of its own', { timeout: 60_000 }, () => {
  it('begins with a question in a channel, is named after it, and goes on without an address', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { shown, script } = counted();
    await aHouseOnDiscord({ discord, store, script });
    const [ada, bob] = [discord.person('ada'), discord.person('bob')];
    expect(await setOn(discord)).toBe('Set.\n- `threads`: `on`');

    const asked = discord.say({ by: ada, in: discord.general, text: '!how *tall* is\nthe tower?' });
    const thread = await threadOf(discord, asked);
    discord.say({ by: ada, in: thread, text: 'and how old?' });
    await threadOf(discord, asked, 2);
    const aside = discord.say({ by: bob, in: thread, text: 'I know that one' });
    discord.say({ by: ada, in: thread, text: 'do you?', replyTo: aside });
    discord.say({ by: ada, in: thread, text: `<@${bob.id}> tell me` });
    discord.say({ by: ada, in: thread, text: 'and how wide?' });
    await threadOf(discord, asked, 3);
    discord.say({ by: bob, in: discord.general, text: '.tldr 5' });
    await discord.until(() => discord.answers(discord.general).length === 1);
    const other = discord.say({ by: ada, in: discord.general, text: '!something else?' });
    await threadOf(discord, other);

    expect([thread.name, thread.parent_id]).toEqual(['how tall is the tower?', discord.general.id]);
    expect(contents(discord, thread)).toEqual([
      `<@${ada.id}>\nAnswer 1.`,
      'Answer 2.',
      'Answer 3.',
    ]);
    expect(discord.world.pings.get(discord.answers(thread)[0]?.id ?? '')).toEqual([ada.id]);
    // A summary is for the channel, and begins no conversation.
    expect(contents(discord, discord.general)).toEqual(['Answer 4.']);
    expect(shown[1]?.join()).toContain('Answer 1.');
    expect(shown[4]?.join()).not.toContain('Answer 1.');
  });

  it('names its asker in its first draft, since nobody is told of a thread otherwise', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await isSet(discord, store);
    const door = gate();
    const script = async () => {
      await door.pass();
      return { kind: 'say', text: 'Done.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script });
    const ada = discord.person('ada');

    const asked = discord.say({ by: ada, in: discord.general, text: '!hello' });
    const thread = await threadOf(discord, asked);
    const [draft] = discord.answers(thread);
    const written = draft?.content;
    door.open();
    await discord.until(() => contents(discord, thread)[0] === 'Done.');

    expect(written).toContain(`<@${ada.id}>\n`);
    expect(discord.world.pings.get(draft?.id ?? '')).toEqual([ada.id]);
    expect(discord.answers(thread)).toHaveLength(1);
  });

  it('goes on in the next life, with what was said there while nobody heard', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await isSet(discord, store);
    const first = await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');
    const asked = discord.say({ by: ada, in: discord.general, text: '!hello' });
    const thread = await threadOf(discord, asked);
    await first.close();
    discord.say({ by: ada, in: thread, text: 'are you there?' });

    await aHouseOnDiscord({ discord, store });
    await threadOf(discord, asked, 2);
    discord.say({ by: ada, in: thread, text: 'good' });
    await threadOf(discord, asked, 3);

    expect(contents(discord, thread)).toEqual([`<@${ada.id}>\nDone.`, 'Done.', 'Done.']);
    expect(threads(discord)).toHaveLength(1);
  });

  it('is one, though Discord answers 502 after it was opened', async () => {
    let failures = 0;
    const discord = await aDiscord({
      fault: ({ path }) =>
        path.endsWith('/threads') && failures++ < 1 ? { doneAnd: 502 } : 'none',
    });
    const store = await aStore();
    await isSet(discord, store);
    await aHouseOnDiscord({ discord, store });

    const asked = discord.say({ by: discord.person('ada'), in: discord.general, text: '!hello' });
    const thread = await threadOf(discord, asked);

    expect(failures).toBeGreaterThan(1);
    expect(threads(discord)).toEqual([thread]);
    expect(contents(discord, discord.general)).toEqual([]);
  });

  it('is one, though the house dies before it knows that it was opened', async () => {
    const door = gate();
    let isFirst = true;
    const discord = await aDiscord({
      fault({ path }) {
        if (!path.endsWith('/threads') || !isFirst) return 'none';
        isFirst = false;
        return { after: door.pass() };
      },
    });
    const store = await aStore();
    await isSet(discord, store);
    const ada = discord.person('ada');
    const earlier = await aHouseOnDiscord({ discord, store });
    const asked = discord.say({ by: ada, in: discord.general, text: '!hello' });
    await discord.until(() => threads(discord).length > 0);
    await earlier.close('now');
    door.open();

    await aHouseOnDiscord({ discord, store });
    const thread = await threadOf(discord, asked);

    expect(contents(discord, thread)).toEqual([`<@${ada.id}>\nDone.`]);
    expect(threads(discord)).toHaveLength(1);
  });

  it('is held in the channel where no thread may be opened, which is said once', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const denied = { allow: '0', deny: String(may.CreatePublicThreads) };
    discord.general.permission_overwrites = [{ id: discord.guild.id, type: 0, ...denied }];
    await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');
    const lacks =
      'I cannot open threads here, so answers come in the channel. It takes these permissions: Create Public Threads.';
    expect(await setOn(discord)).toBe(`Set.\n- \`threads\`: \`on\`\n${lacks}`);

    for (const text of ['!one', '!two']) {
      const before = discord.answers(discord.general).length;
      discord.say({ by: ada, in: discord.general, text });
      await discord.until(() => contents(discord, discord.general).slice(before).includes('Done.'));
    }

    const options = { question: 'three' };
    const call = discord.slash({ by: ada, in: discord.general, name: 'ask', options });
    await discord.until(() => call.original?.content === 'Done.');

    expect(contents(discord, discord.general)).toEqual([lacks, 'Done.', 'Done.', 'Done.']);
    expect(threads(discord)).toEqual([]);
  });

  it('is answered anew in its thread: after an edit, and by Regenerate', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await isSet(discord, store);
    const { script } = counted();
    await aHouseOnDiscord({ discord, store, script });
    const ada = discord.person('ada');
    const asked = discord.say({ by: ada, in: discord.general, text: '!hello' });
    const thread = await threadOf(discord, asked);
    const reads = (text: string) => contents(discord, thread).at(-1)?.endsWith(text) === true;
    await discord.until(() => reads('Answer 1.'));

    discord.edit(asked, '!hello there');
    await discord.until(() => reads('Answer 2.'));
    regenerate(discord, thread, ada);
    await discord.until(() => reads('Answer 3.'));

    expect(discord.answers(thread)).toHaveLength(1);
    expect(contents(discord, discord.general)).toEqual([]);
  });
});
