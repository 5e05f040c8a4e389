import { describe, expect, it } from 'vitest';
import { aCall, said, spent, wished } from '../../src/testing/builders.ts';
import { aLeader, aThinkingLeader, begun } from '../support/a-leader.ts';

describe('the token limit of a run', () => {
  it('counts what its tools have spent on models of their own', () => {
    const leader = aThinkingLeader({ limits: { maxTokens: 100 } });
    leader.settle('callModel', wished(aCall('search')));

    leader.settle('runTools', [{ kind: 'returned', content: 'Found.', usage: spent(90) }]);

    expect(leader.asked).toMatchObject({
      outcome: {
        kind: 'failed',
        failure: { kind: 'limit' },
        usage: { calls: 2, promptTokens: 100 },
      },
    });
  });

  it('counts what was spent on what it is shown, of which its model is told nothing', () => {
    const note = {
      kind: 'message',
      id: '1',
      authorId: '2',
      time: '',
      content: 'In short.',
    } as const;
    const leader = aLeader({}, { context: [{ ...note, usage: spent(90) }] });
    leader.settle('beginRun', begun());
    const shown = JSON.stringify(leader.asked);

    leader.settle('callModel', said('Fine.'));

    expect(leader.asked).toMatchObject({ outcome: { usage: { calls: 2, promptTokens: 100 } } });
    expect(shown).toContain('In short.');
    expect(shown).not.toContain('usage');
  });
});
