import { describe, expect, it } from 'vitest';
import { ChannelId, RunId, UserId } from '../../machines/ids.ts';
import { peopleOn } from '../../src/discord-people.ts';
import type { Channel, User } from '../support/fake-discord/objects.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { aDiscord, aHouseOnDiscord, aStore, closeAfterEach } from './discord-house.ts';

guardAgainstLeaks();
closeAfterEach();

const { signal } = new AbortController();
const runOf = (by: User, channel: Channel) => ({
  runId: RunId('r1'),
  userId: UserId(`discord:${by.id}`),
  channelId: ChannelId(`discord:${channel.id}`),
  epoch: 1,
});

async function aServer() {
  const [discord, store] = [await aDiscord(), await aStore()];
  const role = discord.world.addRole(discord.guild, { name: 'Poets', permissions: 0n });
  const [ada, mia] = [discord.person('ada', [role.id]), discord.person('mia')];
  const stranger = discord.world.addUser('stranger');
  const { personFor } = await aHouseOnDiscord({ discord, store });
  return { discord, ada, mia, stranger, people: peopleOn(personFor) };
}

describe('Whom a leader may look up on Discord', { timeout: 60_000 }, () => {
  it('is the asker, and every member of the server that was asked in, with their roles there', async () => {
    const { discord, ada, mia, people } = await aServer();
    const run = runOf(mia, discord.general);

    expect(await people.describe({ run }, { signal })).toMatchObject({
      kind: 'found',
      person: { id: mia.id, username: 'mia', displayName: 'Mia', isBot: false },
    });
    expect(await people.describe({ run, personId: ada.id }, { signal })).toMatchObject({
      kind: 'found',
      person: {
        username: 'ada',
        avatarUrl: expect.stringMatching(/^https:\/\/cdn\.discordapp\.com\//),
        membership: { roles: ['Poets'], joinedAt: expect.any(Number) },
      },
    });
  });

  it('is nobody who is not in that server, and in direct messages nobody but the asker', async () => {
    const { discord, ada, mia, stranger, people } = await aServer();
    const unknown = { kind: 'failed', failure: { kind: 'unknown' } };
    const direct = discord.world.directChannel(mia);

    const here = { run: runOf(mia, discord.general), personId: stranger.id };
    expect(await people.describe(here, { signal })).toMatchObject(unknown);
    const inPrivate = { run: runOf(mia, direct), personId: ada.id };
    expect(await people.describe(inPrivate, { signal })).toMatchObject(unknown);
    expect(await people.describe({ run: runOf(mia, direct) }, { signal })).toMatchObject({
      kind: 'found',
      person: { username: 'mia' },
    });
  });

  it('is nobody when the question came from elsewhere', async () => {
    const { discord, mia, people } = await aServer();
    const run = { ...runOf(mia, discord.general), channelId: ChannelId('lab') };

    expect(await people.describe({ run }, { signal })).toMatchObject({
      failure: { kind: 'unavailable' },
    });
  });
});
