import type { FakeDiscord } from '../support/fake-discord/fake-discord.ts';
import type { Channel, User } from '../support/fake-discord/objects.ts';

export interface Use {
  readonly by: User;
  readonly name: string;
  readonly in?: Channel;
  readonly options?: Readonly<Record<string, string | number>>;
  readonly locale?: string;
}

/** Uses a command; gives back what is said in return, once it is. */
export async function use(discord: FakeDiscord, call: Use) {
  const interaction = discord.slash({ in: discord.general, ...call });
  await discord.until(() => !['', '…'].includes(interaction.original?.content ?? ''));
  return interaction;
}

export const said = async (discord: FakeDiscord, call: Use): Promise<string> =>
  (await use(discord, call)).original?.content ?? '';

/** Somebody who may manage the server. */
export async function aManager(discord: FakeDiscord): Promise<User> {
  const role = discord.world.addRole(discord.guild, { name: 'managers', permissions: 32n });
  return discord.person('mia', [role.id]);
}
