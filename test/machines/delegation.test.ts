import { describe, expect, it } from 'vitest';
import {
  DELEGATE_TO_ALL,
  DELEGATE_TO_ONE,
  leaderTools,
  readWishes,
  signatureOf,
} from '../../machines/leader/delegation.ts';
import { MEMBER_SLOTS } from '../../machines/member/member.protocol.ts';
import type { Roster } from '../../machines/roster.ts';
import { aCall, anAgent, aRoster, aTool } from '../../src/testing/builders.ts';

const one = (member: string, task: unknown, id?: string) =>
  aCall(DELEGATE_TO_ONE, { member_id: member, task }, id);
const all = (task: unknown) => aCall(DELEGATE_TO_ALL, { task });

const read = (
  calls: Parameters<typeof readWishes>[0],
  { roster = aRoster(), asked = [] }: { roster?: Roster; asked?: readonly string[] } = {},
) => {
  const {
    delegations,
    calls: own,
    refused,
  } = readWishes(calls, {
    roster,
    asked,
    standIns: [],
    maxDelegations: roster.limits.maxDelegations,
    nested: 0,
    isNested: false,
    tokens: 200_000,
    isAlone: true,
  });
  return {
    delegations: delegations.map(({ slot, number, member, task }) => [
      slot,
      number,
      member.name,
      task,
    ]),
    own: own.map(({ name }) => name),
    refused: refused.map(({ content }) => content),
  };
};

describe('the wishes in a reply', () => {
  it('are sorted into delegations and own tools', () => {
    expect(read([one('math', 'add'), aCall('look'), one('words', 'spell')])).toEqual({
      delegations: [
        ['member0', 1, 'math', 'add'],
        ['member1', 2, 'words', 'spell'],
      ],
      own: ['look'],
      refused: [],
    });
  });

  it('send a task for everybody to every member', () => {
    expect(read([all('think')]).delegations).toEqual([
      ['member0', 1, 'math', 'think'],
      ['member1', 2, 'words', 'think'],
    ]);
  });

  it('go on counting where the run left off, and use the slots again', () => {
    const { delegations } = read([one('math', 'more')], { asked: [signatureOf('math', 'add')] });
    expect(delegations).toEqual([['member0', 2, 'math', 'more']]);
  });

  it('name the members when the model asks for one that does not exist', () => {
    expect(read([one('nobody', 'add')])).toEqual({
      delegations: [],
      own: [],
      refused: ['There is no such member. The members are: math, words.'],
    });
  });

  it.each([undefined, '', '   ', 7, null, { text: 'x' }])('refuse the task %j', (task) => {
    for (const call of [one('math', task), all(task)]) {
      expect(read([call]).refused).toEqual([
        'A delegation needs a task: say what is to be done, in words.',
      ]);
    }
  });

  it('refuse the same task for the same member, in this reply and in earlier ones', () => {
    const why = 'math was not asked: it was given this very task before in this run.';
    expect(read([one('math', 'add'), one('math', ' add ', 'b')]).refused).toEqual([why]);
    expect(read([one('math', 'add')], { asked: [signatureOf('math', 'add ')] }).refused).toEqual([
      why,
    ]);
  });

  it('let two members have the same task', () => {
    expect(read([one('math', 'add'), one('words', 'add')]).refused).toEqual([]);
  });

  it('refuse what is more than the run may delegate', () => {
    const roster = aRoster({ limits: { maxDelegations: 2 } });
    const { delegations, refused } = read(
      [one('math', 'a'), one('math', 'b', 'b'), one('math', 'c', 'c')],
      { roster },
    );
    expect(delegations).toHaveLength(2);
    expect(refused).toEqual(['math was not asked: this run has made its 2 delegations.']);
    expect(read([one('math', 'c')], { roster, asked: ['x', 'y'] }).delegations).toEqual([]);
  });

  it('refuse what is more than there are places', () => {
    const roster = aRoster({ limits: { maxDelegations: 50 } });
    const calls = MEMBER_SLOTS.map((slot) => one('math', slot, slot));
    const { delegations, refused } = read([...calls, one('words', 'one more')], { roster });
    expect(delegations.map(([slot]) => slot)).toEqual(MEMBER_SLOTS);
    expect(refused).toEqual(['words was not asked: too many at once.']);
  });

  it('ask everybody as far as the places go', () => {
    const members = Array.from({ length: 10 }, (_, n) => anAgent(`m${n}`));
    const { delegations, refused } = read([all('think')], {
      roster: aRoster({ members, limits: { maxDelegations: 50 } }),
    });
    expect(delegations).toHaveLength(8);
    expect(refused).toHaveLength(2);
  });

  it('hand the question to one member only when the roster routes', () => {
    const roster = aRoster({ mode: 'route' });
    const { delegations, refused } = read([one('math', 'a'), one('words', 'b')], { roster });
    expect(delegations).toEqual([['member0', 1, 'math', 'a']]);
    expect(refused).toEqual(['words was not asked: one member answers, and one has been asked.']);
  });
});

describe('the tools that a leader is offered', () => {
  const names = (roster: Roster) => leaderTools(roster).map(({ name }) => name);

  it.each([
    { mode: 'coordinate', tools: [DELEGATE_TO_ONE, DELEGATE_TO_ALL, 'look'] },
    { mode: 'route', tools: [DELEGATE_TO_ONE, 'look'] },
    { mode: 'broadcast', tools: ['look'] },
  ] as const)('are $tools when the roster is to $mode', ({ mode, tools }) => {
    expect(names(aRoster({ mode }))).toEqual(tools);
  });

  it('are its own only when it has no members', () => {
    expect(names(aRoster({ members: [] }))).toEqual(['look']);
  });

  it('are the same array for the same roster, so that requests stay byte-stable', () => {
    const roster = aRoster({ leader: anAgent('leader', { tools: [aTool('look')] }) });
    expect(leaderTools(roster)).toBe(leaderTools(roster));
  });

  it('have those of a platform only for questions that came by it', () => {
    const bio = { ...aTool('bio'), platform: 'discord' };
    const roster = aRoster({
      members: [],
      leader: anAgent('leader', { tools: [bio, aTool('look')] }),
    });

    const namesOn = (platform?: string) => leaderTools(roster, platform).map(({ name }) => name);

    expect(namesOn('discord')).toEqual(['bio', 'look']);
    expect(namesOn()).toEqual(['look']);
    expect(namesOn('elsewhere')).toEqual(['look']);
    expect(leaderTools(roster, 'elsewhere')).toBe(leaderTools(roster));
  });

  it('name every member and what it is good at', () => {
    const [toOne] = leaderTools(aRoster());
    expect(toOne?.description).toContain('- math: Knows about math.');
    expect(toOne?.parameters).toMatchObject({
      properties: { member_id: { enum: ['math', 'words'] } },
    });
  });
});
