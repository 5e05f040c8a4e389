import { describe, expect, it } from 'vitest';
import { ChannelId, UserId } from '../../machines/ids.ts';
import { groqModels } from '../model/model-fixture.ts';
import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, User } from '../support/fake-discord/objects.ts';
import { startGroqServer } from '../support/groq-server.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach, closeLater } from './discord-house.ts';
import { aManager, said } from './using.ts';

guardAgainstLeaks();
closeAfterEach();

const NAMES = ['big', 'small', 'tiny'] as const;
const models = NAMES.map((name) => `groq/${name}`);

/** Asks, and waits for the answer. */
async function ask(discord: FakeDiscord, by: User, channel: Channel): Promise<void> {
  const before = discord.answers(channel).length;
  discord.say({ by, in: channel, text: '!which model are you?' });
  await discord.until(() => discord.answers(channel).length > before);
}

describe('the model that a question is answered by', { timeout: 60_000 }, () => {
  it('is the one set for its channel, else for its server, else the first of the house; the run says which it was', async () => {
    const [discord, store, server] = [await aDiscord(), await aStore(), await startGroqServer()];
    const agents = { default: NAMES.map((model) => ({ provider: 'groq', model })) };
    const port = groqModels(server, { agents });
    closeLater(() => server.close());
    closeLater(() => port.close());
    await aHouseOnDiscord({ discord, store, model: port, models });
    const [ada, mia] = [discord.person('ada'), await aManager(discord)];
    const lab = discord.world.addChannel(discord.guild, 'lab');
    discord.gateway.tell('CHANNEL_CREATE', lab, undefined);
    const set = (place: string, value: string, channel = lab) => {
      const options = { place, setting: 'model', value };
      return said(discord, { by: mia, name: 'settings', in: channel, options });
    };

    await ask(discord, ada, lab);
    expect(await set('server', 'groq/small')).toBe('Set.\n- `model`: `groq/small`');
    await ask(discord, ada, lab);
    await set('channel', 'tiny');
    await ask(discord, ada, lab);
    await ask(discord, ada, discord.general);

    // The leader and its members: each run asks one model alone.
    const asked = server.requests.map(({ body }) => body.model);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.filter((model, nth) => model !== asked[nth - 1])).toEqual([
      'big',
      'small',
      'tiny',
      'small',
    ]);
    const runs = await store.conversation(
      { userId: UserId(`discord:${ada.id}`) },
      ChannelId(`discord:${lab.id}`),
      { limit: 9 },
    );
    expect(runs.map(({ outcome }) => outcome.kind === 'answered' && outcome.model)).toEqual(NAMES);
  });

  it('is the choice of its asker where that is allowed, and nowhere else', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    const asked: (string | undefined)[] = [];
    const script = ({ model }: { readonly model?: string }) => {
      asked.push(model);
      return { kind: 'say', text: 'Done.' } as const;
    };
    await aHouseOnDiscord({ discord, store, script, models });
    const [ada, bob, mia] = [discord.person('ada'), discord.person('bob'), await aManager(discord)];
    const direct = discord.world.directChannel(ada);
    const options = { place: 'server', setting: 'model', value: 'small, tiny' };
    await said(discord, { by: mia, name: 'settings', options });
    const choose = (name: string, channel = discord.general) =>
      said(discord, { by: ada, name: 'model', in: channel, options: { name } });

    expect(await choose('tiny')).toBe(
      'The team thinks with `groq/tiny` for you here.\nYou may choose among `groq/small`, `groq/tiny`: `/model name:…`; `-` takes your choice back.',
    );
    await ask(discord, ada, discord.general);
    await ask(discord, bob, discord.general);
    expect(await choose('big')).toBe(
      '`big` is none of the models that may be used here: `groq/small`, `groq/tiny`.',
    );
    await choose('big', direct);
    await ask(discord, ada, direct);
    expect(await said(discord, { by: ada, name: 'model' })).toContain(
      'Your own choice, `groq/big`, may not be used here; it holds elsewhere.',
    );
    await ask(discord, ada, discord.general);
    await choose('-', direct);
    await ask(discord, ada, direct);

    expect(asked).toEqual(['groq/tiny', 'groq/small', 'groq/big', 'groq/small', undefined]);
  });

  it('cannot be set to one that the house does not have', async () => {
    const [discord, store] = [await aDiscord(), await aStore()];
    await aHouseOnDiscord({ discord, store, models });
    const options = { place: 'server', setting: 'model', value: 'huge' };

    expect(await said(discord, { by: await aManager(discord), name: 'settings', options })).toBe(
      '`model` cannot be `huge`. Name one or more of `groq/big`, `groq/small`, `groq/tiny`: the first is used, and users may choose among them. `-` takes a setting back.',
    );
  });
});
