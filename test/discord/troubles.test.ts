import { describe, expect, it } from 'vitest';
import { buttonsOf, type FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import { gate } from '../support/gates.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const contents = (discord: FakeDiscord): readonly string[] =>
  discord.answers(discord.general).map(({ content }) => content);

const drafted = (discord: FakeDiscord): Promise<void> =>
  discord.until(() => {
    const [draft] = discord.answers(discord.general);
    return draft !== undefined && buttonsOf(draft).some(({ label }) => label === 'Stop');
  });

describe('an answer, while Discord is in trouble', () => {
  it('waits for no limit with its draft, and for the limit alone with its end', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const door = gate();
    const script = async () => {
      await door.pass();
      return { kind: 'say', text: 'Done at last.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script });
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!limited' });
    await drafted(discord);

    discord.http.limits.exhaust('PATCH message', discord.general.id, 2_000);
    door.open();
    await discord.until(() => contents(discord)[0] === 'Done at last.');

    expect(contents(discord)).toEqual(['Done at last.']);
    expect(discord.http.requests.some(({ status }) => status === 429)).toBe(true);
  });

  it('that is limited at its first message waits as long as it is told, and stands there once', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const { log } = await aHouseOnDiscord({ discord, store });

    discord.http.limits.exhaust('POST message', discord.general.id, 1_200);
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!limited' });
    await discord.until(() => contents(discord).length === 1);

    expect(contents(discord)).toEqual(['Done.']);
    expect(discord.http.requests.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(log.lines.find(({ event }) => event === 'part.postponed')).toMatchObject({
      fields: { why: 'Discord asked to wait.', tries: 1 },
    });
  });

  it('takes the place of its draft once Discord is out of trouble, whatever it answered meanwhile', async () => {
    const troubles = [500, 502, 503, 504, 500];
    const discord = await aDiscord({
      fault: ({ method }) => {
        const status = method === 'PATCH' && isDone ? troubles.shift() : undefined;
        return status === undefined ? 'none' : { status };
      },
    });
    let isDone = false;
    const store = await aStore();
    const door = gate();
    const script = async () => {
      await door.pass();
      return { kind: 'say', text: 'Done at last.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script });
    discord.say({ by: discord.person('ada'), in: discord.general, text: '!trouble' });
    await drafted(discord);

    isDone = true;
    door.open();
    await discord.until(() => contents(discord)[0] === 'Done at last.');

    expect(contents(discord)).toEqual(['Done at last.']);
    expect(troubles).toEqual([]);
  });

  it('stands there once when Discord answers 502 although it took it', async () => {
    let faults = 0;
    const discord = await aDiscord({
      fault: ({ method, path }) => {
        if (method !== 'POST' || !path.endsWith('/messages') || faults >= 2) return 'none';
        faults += 1;
        return { doneAnd: 502 };
      },
    });
    const store = await aStore();
    await aHouseOnDiscord({ discord, store });

    discord.say({ by: discord.person('ada'), in: discord.general, text: '!once' });
    await discord.until(() => discord.world.repeated === 2);

    expect(contents(discord)).toEqual(['Done.']);
  });
});
