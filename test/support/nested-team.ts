import { anAgent, aTeamOf, aTool } from '../../src/testing/builders.ts';
import { cast, delegate, say, use } from '../../src/testing/scripts.ts';

/** A team whose office is a team. */
export const MEMBERS = [
  aTeamOf('office', {
    members: [anAgent('clerk', { tools: [aTool('look')] }), anAgent('scribe')],
    limits: { deadlineMs: 60_000, memberDeadlineMs: 30_000 },
  }),
  anAgent('math'),
];

/** The leader asks the office, and the office both of its own. */
export const written = () =>
  cast({
    leader: [delegate({ office: 'Write to Eve.' }), say('It is written.')],
    office: [delegate({ clerk: 'Look her up.', scribe: 'Draft it.' }), say('Written to Eve.')],
    clerk: [use('look'), say('Eve lives in Oslo.')],
    scribe: [say('Dear Eve,')],
  });
