import { describe, expect, it } from 'vitest';
import { anAgent, wished } from '../../src/testing/builders.ts';
import {
  answersIn,
  aThinkingLeader,
  failsToReport,
  reports,
  toAll,
  toOne,
} from '../support/a-leader.ts';

describe('a leader whose member fails', () => {
  it('gives a failed task once to the member that stands in, and shows its model both', () => {
    const leader = aThinkingLeader({
      members: [anAgent('math', { standIn: 'words' }), anAgent('words', { standIn: 'math' })],
    });
    leader.settle('callModel', wished(toOne('math', 'Add.')));

    leader.hear(failsToReport('member0'));

    expect(leader.told).toEqual(['member_reported', 'delegating']);
    expect(leader.effects.started).toMatchObject([
      { id: 'member1', input: { delegation: 101, member: { name: 'words' }, task: 'Add.' } },
    ]);
    leader.hear(failsToReport('member1'));
    expect(leader.state).toBe('working.thinking');
    expect(answersIn(leader)).toEqual([
      'math failed (timeout): Too slow.\n\nwords failed (timeout): Too slow.',
    ]);
  });

  it('numbers those it asks later as if nobody had stood in', () => {
    const leader = aThinkingLeader({
      members: [anAgent('math', { standIn: 'words' }), anAgent('words')],
    });
    leader.settle('callModel', wished(toOne('math', 'Add.')));
    leader.hear(failsToReport('member0'));
    leader.hear(reports('member1', '42'));

    leader.settle('callModel', wished(toOne('math', 'Add more.')));

    expect(leader.effects.started).toMatchObject([{ input: { delegation: 2 } }]);
  });

  it.each([
    ['has had the task already', { limits: {} }, toAll('Add.')],
    ['would be one delegation too many', { limits: { maxDelegations: 1 } }, toOne('math', 'Add.')],
  ])('asks nobody in place of a member when that %s', (_, wishes, call) => {
    const leader = aThinkingLeader({
      ...wishes,
      members: [anAgent('math', { standIn: 'words' }), anAgent('words')],
    });
    leader.settle('callModel', wished(call));

    leader.hear(failsToReport('member0'));

    expect(leader.effects.started.filter(({ id }) => id.startsWith('member'))).toEqual([]);
  });
});
