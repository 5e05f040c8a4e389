import { describe, expect, it } from 'vitest';
import { RunId } from '../../machines/ids.ts';
import { buttonsOf, type FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { gate } from '../support/gates.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const contents = (discord: FakeDiscord): readonly string[] =>
  discord.answers(discord.general).map(({ content }) => content);

const labelsUnder = (discord: FakeDiscord, index = 0): readonly string[] => {
  const message = discord.answers(discord.general)[index];
  return message === undefined ? [] : buttonsOf(message).map(({ label }) => label);
};

const drafted = (discord: FakeDiscord): Promise<void> =>
  discord.until(() => labelsUnder(discord).includes('Stop'));

describe('an answer being written', () => {
  it('is announced by typing and shown in one draft, which the answer takes the place of', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const door = gate();
    const script = async () => {
      await door.pass();
      return { kind: 'say', text: 'Forty-two.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script });
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!what is 6*7?' });

    await drafted(discord);
    const [draft] = discord.answers(discord.general);
    expect(draft?.content).toContain('thinking');
    expect(discord.world.pings.get(draft?.id ?? '')).toEqual([]);
    door.open();
    await discord.until(() => contents(discord)[0] === 'Forty-two.');

    const [answer, ...more] = discord.answers(discord.general);
    expect(more).toEqual([]);
    expect(answer?.id).toBe(draft?.id);
    expect(labelsUnder(discord)).toEqual(['Regenerate', '👍', '👎']);
    const kinds = discord.happenings.map(({ kind }) => kind);
    expect(kinds[0]).toBe('typing');
    expect(kinds.lastIndexOf('typing')).toBeLessThan(kinds.lastIndexOf('edited'));
  });

  it('is edited at most every 1.2 s, never twice at once, with the newest text', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const pieces = Array.from({ length: 60 }, (_, n) => `word${n} `);
    const script = [{ kind: 'say', text: pieces.join(''), pieces, delayMs: 80 }] as const;
    await aHouseOnDiscord({ discord, store, script });
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!tell me' });

    await discord.until(() => labelsUnder(discord).includes('Regenerate'));

    const shown = discord.happenings.filter(
      ({ kind, content }) => kind !== 'typing' && content?.includes('word59') === false,
    );
    const gaps = shown.slice(1).map(({ at }, index) => at - (shown[index]?.at ?? 0));
    expect(shown.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_100);
    expect(contents(discord)).toEqual([pieces.join('').trim()]);
  });

  it('is stopped by its button, by whoever asked and nobody else', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, script: [{ kind: 'hang' }] });
    const [ada, bob] = [discord.person('ada'), discord.person('bob')];
    discord.say({ by: ada, in: discord.general, text: '!think for ever' });
    await drafted(discord);
    const [draft] = discord.answers(discord.general);
    if (draft === undefined) throw new Error('There is no draft.');

    const tried = discord.click(draft, 'Stop', bob);
    await discord.until(() => tried.followUps.length === 1);
    expect(tried.followUps[0]?.content).toContain('Only whoever asked');
    expect(labelsUnder(discord)).toContain('Stop');
    discord.click(draft, 'Stop', ada);
    await discord.until(() => contents(discord)[0]?.startsWith('Stopped') === true);

    expect(contents(discord)).toEqual(['Stopped, as you asked.']);
  });

  it('that took long comes as a message that notifies, and its draft goes', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const door = gate();
    const script = async () => {
      await door.pass();
      return { kind: 'say', text: 'At last.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script });
    const ada = discord.person('ada');
    const at = Date.now() - 40_000;
    discord.say({ by: ada, in: discord.general, text: '!take your time', at });
    await drafted(discord);

    door.open();
    await discord.until(
      () => contents(discord)[0] === 'At last.' && discord.answers(discord.general).length === 1,
    );

    const [answer] = discord.answers(discord.general);
    expect(discord.world.pings.get(answer?.id ?? '')).toEqual([ada.id]);
  });
});

describe('a finished answer', () => {
  it('comes in parts with its buttons under the last, and as a file beyond five', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const paragraph = `${'A sentence of some length. '.repeat(20).trim()}\n\n`;
    const texts = [paragraph.repeat(8), paragraph.repeat(40)];
    let nth = 0;
    await aHouseOnDiscord({
      discord,
      store,
      script: () => ({ kind: 'say', text: texts[nth++] ?? '' }),
    });
    const [ada, bob] = [discord.person('ada'), discord.person('bob')];

    discord.say({ by: ada, in: discord.general, text: '!long' });
    await discord.until(() => labelsUnder(discord, 2).includes('Regenerate'));
    expect(labelsUnder(discord, 0)).toEqual([]);
    expect(contents(discord).join('\n\n')).toContain(paragraph.trim());
    discord.say({ by: bob, in: discord.general, text: '!longer' });
    await discord.until(() => discord.answers(discord.general)[3]?.attachments.length === 1);

    const [, , , last] = discord.answers(discord.general);
    expect(last?.attachments[0]).toMatchObject({ filename: 'answer.md' });
    expect(last?.attachments[0]?.size).toBeGreaterThan(paragraph.length * 39);
  });

  it('pings nobody but the asker, whatever the model writes, and shows no preview', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const bob = discord.person('bob');
    const text = `@everyone @here <@${bob.id}> <@&${discord.guild.id}> see [this](https://example.org/x)`;
    await aHouseOnDiscord({ discord, store, script: [{ kind: 'say', text }] });
    const ada = discord.person('ada');

    discord.say({ by: ada, in: discord.general, text: '!ping them all' });
    await discord.until(() => discord.answers(discord.general).length === 1);

    const [answer] = discord.answers(discord.general);
    expect(discord.world.pings.get(answer?.id ?? '')).toEqual([ada.id]);
    expect(answer?.content).not.toContain('](https://example.org/x)');
    expect((answer?.flags ?? 0) & 4).toBe(4);
  });

  it('is judged by 👍 and 👎, which is kept with its run', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store });
    const ada = discord.person('ada');
    const asked = discord.say({ by: ada, in: discord.general, text: '!judge me' });
    await discord.until(() => labelsUnder(discord).includes('👎'));
    const [answer] = discord.answers(discord.general);
    if (answer === undefined) throw new Error('There is no answer.');

    const judged = discord.click(answer, '👎', { ...ada, locale: 'fr' });
    await discord.until(() => judged.followUps.length === 1);

    expect(judged.followUps[0]?.content).toBe('Merci.');
    const read = await store.discordAnswers.of([RunId(`discord:${asked.id}`)]);
    expect(read).toMatchObject({ answers: [{ verdict: 'down' }] });
  });

  it('of a failure is one friendly sentence with an id, and nothing of what went wrong inside', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const failure = { kind: 'auth', message: 'key sk-123 refused', transient: false } as const;
    await aHouseOnDiscord({ discord, store, script: () => ({ kind: 'fail', failure }) });
    const asked = discord.say({ by: discord.person('ada'), in: discord.general, text: '!fail' });
    await discord.until(() => discord.answers(discord.general).length === 1);

    expect(contents(discord)[0]).toContain('did not accept the key');
    expect(contents(discord)[0]).toContain(`reference: discord:${asked.id}`);
    expect(contents(discord)[0]).not.toContain('sk-123');
  });
});
