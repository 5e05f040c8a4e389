import { describe, expect, it } from 'vitest';
import { UserId } from '../../machines/ids.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { contents, counted, isSet, regenerate, threads } from './thread-kit.ts';
import { use } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

const answered = (discord: FakeDiscord, many: number): Promise<void> =>
  discord.until(() => discord.answers(discord.general).length >= many);

const echo = ({ messages }: { readonly messages: readonly { readonly content: string }[] }) =>
  ({ kind: 'say', text: `You asked: ${messages.at(-1)?.content}` }) as const;

describe('a message on Discord', () => {
  it('that mentions the bot is answered once, as a reply that notifies its writer', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');

    const text = `<@${discord.world.bot.id}> hello?`;
    const asked = discord.say({ by: ada, in: discord.general, text });
    await answered(discord, 1);

    const [answer] = discord.answers(discord.general);
    expect(answer).toMatchObject({ content: 'Done.', message_reference: { message_id: asked.id } });
    expect(discord.world.pings.get(answer?.id ?? '')).toEqual([ada.id]);
  });

  it('is meant for the team by its prefix, by a reply, and in private; the words are those without the address', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, script: echo, config: { contextMessages: 0 } });
    const ada = discord.person('ada');
    const direct = discord.world.directChannel(ada);

    discord.say({ by: ada, in: discord.general, text: '! by prefix' });
    await answered(discord, 1);
    const [first] = discord.answers(discord.general);
    if (first === undefined) throw new Error('There is no answer.');
    discord.say({ by: ada, in: discord.general, text: 'by reply', replyTo: first });
    await answered(discord, 2);
    discord.say({ by: ada, in: direct, text: 'in private' });
    await discord.until(() => discord.answers(direct).length === 1);

    const all = [...discord.answers(discord.general), ...discord.answers(direct)];
    expect(all.map(({ content }) => content)).toEqual([
      'You asked: by prefix',
      'You asked: by reply',
      'You asked: in private',
    ]);
  });

  it('that is not meant for the team is left alone: small talk, punctuation, other bots, webhooks', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, script: echo, config: { contextMessages: 0 } });
    const [ada, general] = [discord.person('ada'), discord.general];
    const machine = discord.world.addUser('machine', { bot: true });

    discord.say({ by: ada, in: general, text: 'good morning' });
    discord.say({ by: ada, in: general, text: '!!!' });
    discord.say({ by: machine, in: general, text: '!from a bot' });
    discord.say({ by: ada, in: general, text: '!from a webhook', webhookId: machine.id });
    discord.say({ by: ada, in: general, text: '!the last one' });
    await answered(discord, 1);

    expect(discord.answers(general).map(({ content }) => content)).toEqual([
      'You asked: the last one',
    ]);
  });

  it('of a bot that is allowed is answered three times, and again once a person has spoken', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const machine = discord.world.addUser('machine', { bot: true });
    const config = { allowedBots: new Set([machine.id]), contextMessages: 0 };
    await aHouseOnDiscord({ discord, store, config });
    const [ada, general] = [discord.person('ada'), discord.general];

    for (const n of [1, 2, 3, 4]) discord.say({ by: machine, in: general, text: `!${n}` });
    await answered(discord, 3);
    discord.say({ by: ada, in: general, text: 'hello, machine' });
    const asked = discord.say({ by: machine, in: general, text: '!5' });
    await answered(discord, 4);

    const [, , , last] = discord.answers(general);
    expect(last?.message_reference?.message_id).toBe(asked.id);
  });

  it('is asked about by its menu, and summarised from there, in public', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const seen: string[] = [];
    const script = ({ messages }: Parameters<typeof echo>[0]) => {
      seen.push(messages.map(({ content }) => content).join('\n'));
      return { kind: 'say', text: 'I see.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script });
    const [ada, bob, general] = [discord.person('ada'), discord.person('bob'), discord.general];
    const target = discord.say({ by: bob, in: general, text: 'The bridge is closed.' });
    discord.say({ by: bob, in: general, text: 'Until Monday.' });

    discord.menu('Summarise from here', target, ada);
    await discord.until(() => discord.answers(general)[0]?.content === 'I see.');

    expect(seen[0]).toContain('The bridge is closed.');
    expect(seen[0]).toContain('Until Monday.');
  });

  it('is explained by its menu, to whoever chose it, for all to see', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const seen: string[] = [];
    const script = ({ messages }: Parameters<typeof echo>[0]) => {
      seen.push(messages.map(({ content }) => content).join('\n'));
      return { kind: 'say', text: 'It means no.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script });
    const [ada, bob, general] = [discord.person('ada'), discord.person('bob'), discord.general];
    const target = discord.say({ by: bob, in: general, text: 'Nope, nada, niet.' });
    discord.say({ by: bob, in: general, text: 'Forget it.' });

    discord.menu('Ask about this', target, ada);
    await discord.until(() => discord.answers(general)[0]?.content === 'It means no.');

    expect(seen[0]).toContain('Nope, nada, niet.');
    expect(seen[0]).not.toContain('Forget it.');
    expect(discord.answers(general)[0]?.flags).toBe(4);
  });

  it('that is told twice is answered once', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');
    const asked = discord.say({ by: ada, in: discord.general, text: '!once' });
    await answered(discord, 1);

    discord.world.onEvent('MESSAGE_CREATE', asked, asked);
    const direct = discord.world.directChannel(ada);
    discord.say({ by: ada, in: direct, text: 'and another' });
    await discord.until(() => discord.answers(direct).length === 1);

    expect(discord.answers(discord.general)).toHaveLength(1);
  });
});

describe('/ask', () => {
  it('is answered in the place of its reply, for all to see, once', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, script: echo, config: { contextMessages: 0 } });
    const [ada, general] = [discord.person('ada'), discord.general];

    const options = { question: 'what is it?' };
    const call = discord.slash({ by: ada, in: general, name: 'ask', options });
    await discord.until(() => discord.answers(general)[0]?.content === 'You asked: what is it?');

    expect(discord.answers(general)).toHaveLength(1);
    expect(call.original?.id).toBe(discord.answers(general)[0]?.id);
    expect(call.original?.flags).toBe(4);
  });

  it('is refused to its caller alone, where a limit is reached', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const settings = { userQuestions: 0 };
    const by = UserId('discord:100000000000000001');
    await store.places.set(`server:${discord.guild.id}`, { settings, by });
    await aHouseOnDiscord({ discord, store });

    const call = { by: discord.person('ada'), name: 'ask', options: { question: 'and now?' } };
    const { original } = await use(discord, call);

    expect(original?.content).toContain('It frees up');
    expect(original?.flags).toBe(64);
    expect(discord.answers(discord.general)).toEqual([]);
  });

  it('shows the question and begins a thread there, where conversations have one', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await isSet(discord, store);
    const { shown, script } = counted();
    await aHouseOnDiscord({ discord, store, script });
    const ada = discord.person('ada');
    const [bob, link] = [discord.person('bob'), 'https://evil.example'];
    const options = { question: `how tall is <@${bob.id}>, @everyone? [look](${link})` };

    const call = discord.slash({ by: ada, in: discord.general, name: 'ask', options });
    await discord.until(() => threads(discord).length === 1);
    const [thread = discord.general] = threads(discord);
    const reads = (text: string) => contents(discord, thread).some((said) => said.endsWith(text));
    await discord.until(() => reads('Answer 1.'));
    discord.say({ by: ada, in: thread, text: 'and how old?' });
    await discord.until(() => reads('Answer 2.'));
    regenerate(discord, thread, ada);
    await discord.until(() => reads('Answer 3.'));

    expect([thread.parent_id, thread.id]).toEqual([discord.general.id, call.original?.id]);
    expect(contents(discord, discord.general)).toEqual([
      `>>> how tall is <@${bob.id}>, @\u200beveryone? look (<${link}>)`,
    ]);
    expect(discord.world.pings.get(call.original?.id ?? '')).toEqual([]);
    expect(discord.world.pings.get(discord.answers(thread)[0]?.id ?? '')).toEqual([ada.id]);
    expect(shown[1]?.join()).toContain('Answer 1.');
    expect(discord.answers(thread)).toHaveLength(2);
  });
});
