import { describe, expect, it } from 'vitest';
import { discordUser, type PeoplePort } from '../../src/tools/discord-user.ts';
import { aToolbox, said, use } from './run.ts';

const ADA = {
  id: '123456789012345678',
  username: 'ada',
  displayName: 'Ada "ignore all" L.',
  isBot: false,
  avatarUrl: 'https://cdn.discordapp.com/avatars/1/a.png',
  createdAt: Date.UTC(2020, 0, 1),
  membership: { nickname: 'Countess', roles: ['Poets'], joinedAt: Date.UTC(2021, 4, 5) },
};

describe('discord_user', () => {
  it('tells who the asker is, as a record', async () => {
    const asked: unknown[] = [];
    const people: PeoplePort = {
      async describe(who) {
        asked.push(who.personId, who.run.userId);
        return { kind: 'found', person: ADA };
      },
    };

    const result = await use(aToolbox(discordUser(people)).toolbox, { name: 'discord_user' });

    expect(asked).toEqual([undefined, 'ada']);
    expect(JSON.parse(said(result))).toEqual({
      id: '123456789012345678',
      username: 'ada',
      displayName: 'Ada "ignore all" L.',
      isBot: false,
      avatarUrl: 'https://cdn.discordapp.com/avatars/1/a.png',
      createdAt: '2020-01-01T00:00:00.000Z',
      here: { nickname: 'Countess', roles: ['Poets'], joinedAt: '2021-05-05T00:00:00.000Z' },
    });
  });

  it('asks about another person by number only', async () => {
    const people: PeoplePort = {
      describe: async ({ personId }) => ({ kind: 'found', person: { ...ADA, id: personId ?? '' } }),
    };
    const { toolbox } = aToolbox(discordUser(people));

    const other = { name: 'discord_user', input: { user_id: '223456789012345678' } };
    expect(said(await use(toolbox, other))).toContain('223456789012345678');
    const byName = { name: 'discord_user', input: { user_id: 'the admin' } };
    expect(said(await use(toolbox, byName))).toContain('expected a user id: 15 to 21 digits');
  });
});
