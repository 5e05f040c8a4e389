import { failure } from '../machines/failure.ts';
import { DISCORD } from './discord/house.ts';
import type { AskedAbout } from './discord/people.ts';
import type { PeoplePort, Person } from './tools/discord-user.ts';

/** Who somebody is, as anybody sees them where it was asked; nobody, where that cannot be told. Never rejects. */
export type PersonFor = (asked: AskedAbout) => Promise<Person | undefined>;

/** People on Discord, for the tool that looks them up. */
export const peopleOn = (personFor: PersonFor): PeoplePort => ({
  async describe({ run, personId }) {
    if (!run.channelId.startsWith(PREFIX)) return ELSEWHERE;
    const person = await personFor({
      userId: bare(run.userId),
      channelId: bare(run.channelId),
      personId,
    });
    return person === undefined ? UNKNOWN : { kind: 'found', person };
  },
});

const PREFIX = `${DISCORD}:`;
const bare = (id: string): string => id.slice(PREFIX.length);

const ELSEWHERE = {
  kind: 'failed',
  failure: failure('unavailable', 'This question did not come by Discord.'),
} as const;

const UNKNOWN = {
  kind: 'failed',
  failure: failure('unknown', 'There is nobody with this id here, or Discord does not say.'),
} as const;
