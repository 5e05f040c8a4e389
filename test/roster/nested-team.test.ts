import { describe, expect, it } from 'vitest';
import {
  buildRoster,
  type RosterBuilt,
  type ToolCatalogue,
} from '../../src/roster/build-roster.ts';

const platformTool = { name: 'who', description: 'Who.', parameters: {}, platform: 'discord' };
const tools: ToolCatalogue = {
  problems: (names) => (names.includes('saw') ? ['There is no tool "saw".'] : []),
  specs: (names) => (names.includes('who') ? [platformTool] : []),
  expand: (names) => names,
};

const agent = (name: string, over: object = {}) => ({
  name,
  description: `Is a ${name}.`,
  instructions: `You are a ${name}.`,
  ...over,
});

interface Wishes {
  readonly limits?: object;
  readonly others?: readonly object[];
  readonly team?: object;
}

/** A roster whose member `office` leads a team. */
const build = ({ limits = {}, others = [], team = {} }: Wishes = {}): RosterBuilt =>
  buildRoster(
    {
      name: 'House',
      leader: { instructions: 'Lead.' },
      members: [agent('office', { team: { members: [agent('clerk')], ...team } }), ...others],
      limits,
    },
    { tools, folder: '.' },
  );

const problemsOf = (wishes: Wishes): readonly string[] => {
  const built = build(wishes);
  return built.kind === 'refused' ? built.problems : [];
};

describe('a team in the place of a member', () => {
  it('has the time of one delegation, half of it for each of its members, and else the limits of the run', () => {
    const built = build({ limits: { memberDeadlineMs: 90_000, maxMemberSteps: 3 } });

    expect(built).toMatchObject({
      roster: {
        members: [
          {
            name: 'office',
            instructions: 'You are a office.',
            team: {
              mode: 'coordinate',
              members: [{ name: 'clerk' }],
              limits: { deadlineMs: 90_000, memberDeadlineMs: 45_000, maxMemberSteps: 3 },
            },
          },
        ],
      },
    });
  });

  it('may have limits of its own', () => {
    const built = build({
      team: { limits: { deadlineMs: 200_000, memberDeadlineMs: 150_000, retries: 0 } },
    });

    expect(built).toMatchObject({
      roster: {
        members: [
          { team: { limits: { deadlineMs: 200_000, memberDeadlineMs: 150_000, retries: 0 } } },
        ],
      },
    });
  });

  it.each<[string, Wishes, string]>([
    [
      'a team of its own in a team',
      { team: { members: [agent('clerk', { team: { members: [agent('temp')] } })] } },
      'members.0.team.members.0.team: a team within a team has no teams of its own, one level is all there is',
    ],
    [
      'nobody in it',
      { team: { members: [] } },
      'members.0.team.members: expected at least one, got []',
    ],
    [
      'a name that somebody else has',
      { others: [agent('clerk')] },
      'members.0.team.members.0.name: "clerk" is the name of members.1, too',
    ],
    [
      'tokens of its own',
      { team: { limits: { maxTokens: 10 } } },
      'members.0.team.limits: there is no "maxTokens" here',
    ],
    [
      'more time than the whole run',
      { team: { limits: { deadlineMs: 400_000 } } },
      'members.0.team.limits.deadlineMs: 400000 is longer than the 300000 of the whole run',
    ],
    [
      'a stand-in from outside of it',
      { others: [agent('math')], team: { members: [agent('clerk', { standIn: 'math' })] } },
      'members.0.team.members.0.standIn: "math" is not the name of another member',
    ],
    [
      'more members than it may ask at once',
      {
        limits: { maxDelegations: 2 },
        team: { mode: 'broadcast', members: [agent('clerk'), agent('scribe')] },
      },
      'members.0.team.members: broadcast asks all at once, at most 1, got 2',
    ],
    [
      'a tool that there is not',
      { team: { members: [agent('clerk', { tools: ['saw'] })] } },
      'members.0.team.members.0.tools: There is no tool "saw".',
    ],
    [
      'a tool for the leader only',
      { team: { members: [agent('clerk', { tools: ['who'] })] } },
      'members.0.team.members.0.tools: "who" is for the leader only',
    ],
    [
      'a member without a prompt',
      { team: { members: [{ name: 'clerk', description: 'Is a clerk.' }] } },
      'members.0.team.members.0: give its prompt once, as "instructions" or as "instructionsFile"',
    ],
  ])('is refused with %s', (_, wishes, problem) => {
    expect(problemsOf(wishes)).toEqual([problem]);
  });
});
