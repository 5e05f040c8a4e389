import { describe, expect, it } from 'vitest';
import { aCall, anAgent, said, spent, wished } from '../../src/testing/builders.ts';
import { aLeader, aThinkingLeader, begun, failsToReport, toOne } from '../support/a-leader.ts';

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

  it('is shared among its own tools and those it delegates to in the same reply', () => {
    const members = ['math', 'words'].map((name) => anAgent(name, { maxOutputTokens: 10 }));
    const leader = aThinkingLeader({ members, limits: { maxTokens: 330 } });

    leader.settle('callModel', wished(aCall('search'), toOne('math'), toOne('words')));

    expect(leader.asked).toMatchObject([{ purse: { tokens: 100 } }]);
    expect(leader.effects.started.slice(0, 2)).toMatchObject([
      { id: 'member0', input: { maxTokens: 100 } },
      { id: 'member1', input: { maxTokens: 100 } },
    ]);
  });

  it('keeps what its tools may still spend from whoever stands in for a member, until they are done', () => {
    const members = [
      anAgent('math', { maxOutputTokens: 10, standIn: 'words' }),
      anAgent('words', { maxOutputTokens: 10, standIn: 'poems' }),
      anAgent('poems', { maxOutputTokens: 10 }),
    ];
    const wish = wished(aCall('search'), toOne('math'));
    const busy = aThinkingLeader({ members, limits: { maxTokens: 220 } });
    busy.settle('callModel', wish);
    const done = aThinkingLeader({ members, limits: { maxTokens: 220 } });
    done.settle('callModel', wish);
    done.settle('runTools', [{ kind: 'returned', content: 'Found.', usage: spent(30) }]);

    for (const leader of [busy, done]) leader.hear(failsToReport('member0'));

    expect(busy.effects.started).toMatchObject([{ input: { maxTokens: 100 } }]);
    expect(done.effects.started).toMatchObject([{ input: { maxTokens: 180 } }]);
  });

  it('is all for its tools when nobody works beside them', () => {
    const leader = aThinkingLeader({ limits: { maxTokens: 330 } });
    leader.settle('callModel', wished(aCall('search')));
    expect(leader.asked).toMatchObject([{ purse: { tokens: 320 } }]);
  });
});
