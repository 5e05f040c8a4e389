import type { Client, Guild, User } from 'discord.js';
import type { Log } from '../shared/log.ts';
import { messageOf } from '../shared/thrown.ts';

/** Who is asked about, by whom, and where: Discord's own ids. */
export interface AskedAbout {
  readonly userId: string;
  readonly channelId: string;
  /** Left out: the asker. */
  readonly personId?: string | undefined;
}

/** What Discord shows there of a person. */
export interface ShownPerson {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly isBot: boolean;
  readonly avatarUrl: string;
  readonly bannerUrl?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly membership?: Membership;
}

interface Membership {
  readonly nickname?: string;
  readonly roles: readonly string[];
  readonly joinedAt?: number;
}

/** The person as anybody sees them where it was asked: in a server one of its members, elsewhere nobody but the asker. */
export async function personFor(
  client: Client | undefined,
  { userId, channelId, personId = userId }: AskedAbout,
  log: Log,
): Promise<ShownPerson | undefined> {
  const place = client?.channels.cache.get(channelId);
  const guild = place !== undefined && 'guild' in place ? place.guild : undefined;
  if (client === undefined || (guild === undefined && personId !== userId)) return undefined;
  try {
    const membership = guild === undefined ? undefined : await membershipIn(guild, personId);
    // Banners come with a person only when they are asked for anew.
    const user = await client.users.fetch(personId, { force: true });
    return { ...shown(user), ...(membership === undefined ? {} : { membership }) };
  } catch (error) {
    log.info('discord.person_unknown', { personId, why: messageOf(error) });
    return undefined;
  }
}

async function membershipIn(guild: Guild, personId: string): Promise<Membership> {
  const member = await guild.members.fetch({ user: personId, force: true });
  const { nickname, joinedTimestamp } = member;
  const roles = member.roles.cache.filter(({ id }) => id !== guild.id).map(({ name }) => name);
  return {
    roles,
    ...(nickname === null ? {} : { nickname }),
    ...(joinedTimestamp === null ? {} : { joinedAt: joinedTimestamp }),
  };
}

function shown(user: User): ShownPerson {
  const banner = user.bannerURL();
  return {
    id: user.id,
    username: user.username,
    displayName: user.displayName,
    isBot: user.bot,
    avatarUrl: user.displayAvatarURL(),
    createdAt: user.createdTimestamp,
    ...(typeof banner === 'string' ? { bannerUrl: banner } : {}),
  };
}
