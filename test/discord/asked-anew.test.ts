import { describe, expect, it } from 'vitest';
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

const withoutContext = { contextMessages: 0 };

describe('a question', () => {
  it('that is edited is answered anew in the place of its answer', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, script: echo, config: withoutContext });
    const asked = discord.say({ by: discord.person('ada'), in: discord.general, text: '!2+2' });
    await discord.until(() => contents(discord)[0] === 'You asked: 2+2');
    const [before] = discord.answers(discord.general);

    discord.edit(asked, '!3+3');
    await discord.until(() => contents(discord)[0] === 'You asked: 3+3');

    expect(contents(discord)).toEqual(['You asked: 3+3']);
    expect(discord.answers(discord.general)[0]?.id).toBe(before?.id);
  });

  it('that is edited later than ten minutes after it was asked is left as it is', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { log } = await aHouseOnDiscord({ discord, store, script: echo, config: withoutContext });
    const [ada, general] = [discord.person('ada'), discord.general];
    const at = Date.now() - 11 * 60_000;
    const asked = discord.say({ by: ada, in: general, text: '!2+2', at });
    await discord.until(() => contents(discord)[0] === 'You asked: 2+2');

    discord.edit(asked, '!3+3');
    // The channel's order: what is said after it is answered after it.
    discord.say({ by: ada, in: general, text: '!next' });
    await discord.until(() => contents(discord)[1] === 'You asked: next');

    expect(contents(discord)).toEqual(['You asked: 2+2', 'You asked: next']);
    expect(log.lines.map(({ event }) => event)).not.toContain('discord.edited');
  });

  it('that is edited while it is worked on is worked on anew, and answered once', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const door = gate();
    let calls = 0;
    const script = async (request: Parameters<typeof echo>[0]) => {
      calls += 1;
      if (calls === 1) await door.pass();
      return echo(request);
    };
    await aHouseOnDiscord({ discord, store, script, config: withoutContext });
    const asked = discord.say({ by: discord.person('ada'), in: discord.general, text: '!first' });
    await door.reached;

    discord.edit(asked, '!second');
    await discord.until(() => contents(discord).includes('You asked: second'));
    door.open();

    expect(contents(discord)).toEqual(['You asked: second']);
  });

  it('that is deleted is not worked on any more, and its draft goes', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { troupe } = await aHouseOnDiscord({ discord, store, script: [{ kind: 'hang' }] });
    const ada = discord.person('ada');
    const asked = discord.say({ by: ada, in: discord.general, text: '!never mind' });
    await discord.until(() => discord.answers(discord.general).length === 1);

    discord.world.erase(asked);
    await discord.until(() => discord.answers(discord.general).length === 0);

    expect(troupe.underway(`discord:${ada.id}`)).toEqual([]);
  });

  it('is answered anew by Regenerate, for whoever asked, in the place of the answer', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    let calls = 0;
    const script = () => ({ kind: 'say', text: `Answer ${++calls}` }) as const;
    await aHouseOnDiscord({ discord, store, script });
    const [ada, bob] = [discord.person('ada'), discord.person('bob')];
    discord.say({ by: ada, in: discord.general, text: '!again and again' });
    await discord.until(() => contents(discord)[0] === 'Answer 1');
    const [answer] = discord.answers(discord.general);
    if (answer === undefined) throw new Error('There is no answer.');

    const tried = discord.click(answer, 'Regenerate', bob);
    await discord.until(() => tried.followUps.length === 1);
    discord.click(answer, 'Regenerate', ada);
    await discord.until(() => contents(discord)[0] === 'Answer 2');

    expect(contents(discord)).toEqual(['Answer 2']);
    expect(tried.followUps[0]?.content).toContain('Only whoever asked');
  });
});
