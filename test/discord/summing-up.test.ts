import { describe, expect, it } from 'vitest';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { gate } from '../support/gates.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';
import { said } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

/** A house beside a channel in which much was said, and what its models were shown. */
async function aTalkativeChannel() {
  const [discord, store] = [await aDiscord(), await aStore()];
  const [ada, bob] = [discord.person('ada'), discord.person('bob')];
  const at = Date.now() - 600_000;
  for (let n = 0; n < 400; n++)
    discord.say({
      by: bob,
      in: discord.general,
      text: `point ${n}: ${'tea '.repeat(40)}`,
      at: at + n,
    });
  const notes: string[] = [];
  const answers: string[] = [];
  await aHouseOnDiscord({
    discord,
    store,
    config: { syncLimit: 0 },
    script: ({ agent, messages }) => {
      const isReader = agent === 'chat';
      (isReader ? notes : answers).push(JSON.stringify(messages));
      return { kind: 'say', text: isReader ? `Note ${notes.length}.` : 'It was about tea.' };
    },
  });
  return { discord, ada, notes, answers };
}

const contents = (discord: FakeDiscord): readonly string[] =>
  discord.answers(discord.general).map(({ content }) => content);

it('a summary that a closing house cuts short is refused then, and not made in its next life, where nobody would see it', async () => {
  const [discord, store] = [await aDiscord(), await aStore()];
  const [ada, bob] = [discord.person('ada'), discord.person('bob')];
  discord.say({ by: bob, in: discord.general, text: 'plums' });
  const begun = gate();
  const first = await aHouseOnDiscord({
    discord,
    store,
    async script() {
      await begun.pass();
      return { kind: 'hang' };
    },
  });
  const told = said(discord, { by: ada, name: 'tldr' });
  await begun.reached;
  begun.open();
  await first.close('now');
  const shown: string[] = [];
  await aHouseOnDiscord({
    discord,
    store,
    script({ messages }) {
      shown.push(JSON.stringify(messages.at(-1)));
      return { kind: 'say', text: 'Here.' };
    },
  });
  discord.say({ by: ada, in: discord.general, text: '!there?' });
  await discord.until(() => contents(discord).includes('Here.'));

  expect(await told).toBe('The house is closing for a moment. Please ask again when it is back.');
  expect(shown).toEqual([expect.stringContaining('there?')]);
}, 60_000);

describe('more than a hundred messages', { timeout: 60_000 }, () => {
  it('are summed up from notes on each part of them, for one alone and for the channel', async () => {
    const { discord, ada, notes, answers } = await aTalkativeChannel();

    const told = await said(discord, { by: ada, name: 'tldr', options: { count: 300 } });
    const forOne = notes.length;
    discord.say({ by: ada, in: discord.general, text: '.tldr 400' });
    await discord.until(() => contents(discord).length === 1);

    expect([told, ...contents(discord)]).toEqual(['It was about tea.', 'It was about tea.']);
    expect(forOne).toBeGreaterThan(1);
    expect(notes.length).toBeGreaterThan(2 * forOne);
    expect(answers[0]).toContain('Note 1.');
    expect(notes.slice(0, forOne).join()).not.toContain('point 99:');
    expect(notes.slice(0, forOne).join()).toContain('point 100:');
    expect(notes.slice(forOne).join()).toContain('point 0:');
  });

  it('are a thousand at most, and at least one: any other number is answered with these', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');

    const told = await said(discord, { by: ada, name: 'tldr', options: { count: 5_000 } });
    for (const text of ['.tldr 1001', '.tldr 0'])
      discord.say({ by: ada, in: discord.general, text });
    await discord.until(() => contents(discord).length === 2);

    expect(told).toBe('I can sum up 1 to 1000 messages, not 5000.');
    expect(contents(discord)).toEqual([
      'I can sum up 1 to 1000 messages, not 1001.',
      'I can sum up 1 to 1000 messages, not 0.',
    ]);
  });
});
