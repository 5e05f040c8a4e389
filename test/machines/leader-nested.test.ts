import { describe, expect, it } from 'vitest';
import { anAgent, aTeamOf, broke, said, wished } from '../../src/testing/builders.ts';
import {
  aNestedLeader,
  answersIn,
  failsToReport,
  reports,
  toAll,
  toOne,
} from '../support/a-leader.ts';

/** The member whose report has settled it is gone. */
const PARTED = { type: 'xstate.after.0.leader.parting' } as const;

describe('the leader of a nested team', () => {
  it('begins with its task, and names its steps and drafts within its delegation', () => {
    const leader = aNestedLeader({}, { drafts: true });

    expect(leader.state).toBe('working.thinking');
    expect(leader.asked).toMatchObject({
      agent: 'office',
      stepKey: '2/office/1',
      draftTurn: 2_001,
      messages: [
        { role: 'system', content: 'You are office.' },
        { role: 'user', content: 'Write to everybody.' },
      ],
    });
  });

  it('tells of itself and its members as of members, each in a place of its own', () => {
    const leader = aNestedLeader();

    leader.settle('callModel', wished(toOne('math', 'Add.')));

    expect(leader.effects.sent).toMatchObject([
      { progress: { kind: 'delegating', member: 'math', slot: 'member1/member0', task: 'Add.' } },
    ]);
    expect(leader.effects.started).toMatchObject([
      {
        id: 'member0',
        input: { delegation: 1, within: { delegation: 2, team: 'office', slot: 'member1' } },
      },
    ]);
  });

  it('asks no team: one level is all there is', () => {
    const leader = aNestedLeader({ members: [aTeamOf('shop'), anAgent('math')] });

    leader.settle('callModel', wished(toOne('shop', 'Go.')));

    expect(leader.state).toBe('working.thinking');
    expect(answersIn(leader)).toEqual([
      'shop was not asked: it is a team, and a team within a team has no teams of its own.',
    ]);
  });

  it('asks no team in the place of a member that fails', () => {
    const leader = aNestedLeader({
      members: [aTeamOf('shop'), anAgent('math', { standIn: 'shop' })],
    });
    leader.settle('callModel', wished(toOne('math', 'Add.')));

    leader.hear(failsToReport('member0'));

    expect(leader.state).toBe('working.thinking');
  });

  it('makes no more delegations than it was given', () => {
    const leader = aNestedLeader({}, { maxDelegations: 1 });

    leader.settle('callModel', wished(toOne('math', 'Add.'), toOne('words', 'Spell.')));

    expect(leader.effects.started).toMatchObject([{ input: { member: { name: 'math' } } }]);
    leader.hear(reports('member0', '42'));
    expect(answersIn(leader)).toEqual([
      'Report of math:\n42',
      'words was not asked: this run has made its 1 delegations.',
    ]);
  });

  it('spends no more tokens than it was given, and reports what was found for them', () => {
    const leader = aNestedLeader({}, { maxTokens: 60 });
    leader.settle('callModel', wished(toOne('math', 'Add.')));
    expect(leader.asked).toMatchObject({ maxTokens: 50 });

    leader.hear(reports('member0', '42', { tokens: 55 }));
    leader.hear(PARTED);

    expect(leader.isOver).toBe(true);
    expect(leader.outcomes).toMatchObject([
      { kind: 'reported', text: '**math**\n42', cut: true, delegations: [{ member: 'math' }] },
    ]);
  });

  it('reports as a member does, and keeps no end of its own', () => {
    const leader = aNestedLeader();

    leader.settle('callModel', said('Written.'));

    expect(leader.isOver).toBe(true);
    expect(leader.effects.started).toEqual([]);
    expect(leader.effects.sent).toMatchObject([
      {
        type: 'member.reported',
        slot: 'member1',
        outcome: { kind: 'reported', text: 'Written.', cut: false },
      },
    ]);
  });

  it('that fails is a failed report', () => {
    const leader = aNestedLeader();

    leader.settle('callModel', broke('auth'));

    expect(leader.outcomes).toMatchObject([{ kind: 'failed', failure: { kind: 'auth' } }]);
  });

  it('reports what its members have found when its time is over, and stops the others', () => {
    const leader = aNestedLeader();
    leader.settle('callModel', wished(toAll('Think.')));
    leader.hear(reports('member0', '42'));

    leader.hear({ type: 'xstate.after.deadline.leader.working' });
    expect(leader.effects.stopped).toEqual(['member1']);
    leader.hear(PARTED);

    expect(leader.outcomes).toMatchObject([{ kind: 'reported', text: '**math**\n42', cut: true }]);
  });

  it('asks everybody at once when it is to', () => {
    const leader = aNestedLeader({ mode: 'broadcast' });

    expect(leader.effects.started).toMatchObject([
      { input: { task: 'Write to everybody.', member: { name: 'math' } } },
      { input: { task: 'Write to everybody.', member: { name: 'words' } } },
    ]);
  });

  it('hands on what its member says when it is to', () => {
    const leader = aNestedLeader({ mode: 'route' }, { drafts: true });
    leader.settle('callModel', wished(toOne('math', 'Add.')));
    expect(leader.asked).toMatchObject({ drafts: true });

    leader.hear(reports('member0', '42'));
    expect(leader.isOver).toBe(false);
    leader.hear(PARTED);

    expect(leader.outcomes).toMatchObject([{ kind: 'reported', text: '42' }]);
  });
});
