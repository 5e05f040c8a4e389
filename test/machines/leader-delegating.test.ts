import { describe, expect, it } from 'vitest';
import { aCall, anAgent, said, spent, wished } from '../../src/testing/builders.ts';
import {
  aLeader,
  answersIn,
  aThinkingLeader,
  begun,
  failsToReport,
  reports,
  toAll,
  toOne,
} from '../support/a-leader.ts';

describe('a leader that delegates', () => {
  it('gives the member its task, a place and its share of what may be spent', () => {
    const leader = aThinkingLeader({ limits: { maxTokens: 110 } });

    leader.settle('callModel', wished(toOne('math', 'Six times seven.')));

    expect(leader.effects.started).toMatchObject([
      {
        id: 'member0',
        input: {
          slot: 'member0',
          delegation: 1,
          member: { name: 'math' },
          task: 'Six times seven.',
          maxTokens: 100,
          drafts: false,
        },
      },
    ]);
    expect(leader.effects.sent).toMatchObject([
      { progress: { kind: 'delegating', member: 'math', slot: 'member0' } },
    ]);
  });

  it('tells of a delegation before the member begins', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math')));
    expect(leader.effects.order).toEqual(['team.progressed', 'member0']);
  });

  it('thinks on when the report is there, and lets the member go', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math')));

    leader.hear(reports('member0', '42'));

    expect(leader.effects.stopped).toEqual(['member0']);
    expect(leader.told).toEqual(['member_reported', 'thinking']);
    expect(leader.state).toBe('working.thinking');
    expect(answersIn(leader)).toEqual(['Report of math:\n42']);
  });

  it('shows its model no more of a long report than is allowed, and says so', () => {
    const leader = aThinkingLeader({ limits: { maxReportChars: 3 } });
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(reports('member0', '12345'));
    expect(answersIn(leader)).toEqual(['Report of math:\n123\n[2 more characters were cut]']);
  });

  it('waits for all of several members, whatever the order, and shows a failure as one', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math'), toOne('words')));

    leader.hear(failsToReport('member1'));
    expect(leader.state).toContain('working.acting');
    leader.hear(reports('member0', '42'));

    expect(answersIn(leader)).toEqual(['Report of math:\n42', 'words failed (timeout): Too slow.']);
  });

  it('goes on when every member has failed', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math'), toOne('words')));
    leader.hear(failsToReport('member0'));
    leader.hear(failsToReport('member1'));
    expect(leader.state).toBe('working.thinking');
  });

  it('works with its own tools meanwhile, and waits for both', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(aCall('look'), toOne('math')));
    expect(leader.state).toBe('working.acting.using');

    leader.hear(reports('member0', '42'));
    expect(leader.state).toBe('working.acting.using');
    leader.settle('runTools', [{ kind: 'returned', content: 'A cat.' }]);
    expect(answersIn(leader)).toEqual(['A cat.', 'Report of math:\n42']);
  });

  it('answers one call to everybody with all the reports, in the order of the roster', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toAll('Think.')));
    leader.hear(reports('member1', 'W'));
    leader.hear(reports('member0', 'M'));
    expect(answersIn(leader)).toEqual(['Report of math:\nM\n\nReport of words:\nW']);
  });

  it('tells the model at once when nothing it asked for can be', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('nobody')));
    expect(leader.state).toBe('working.thinking');
    expect(answersIn(leader)[0]).toContain('There is no such member.');
  });

  it('uses the places again, and counts its delegations on', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(reports('member0', '42'));

    leader.settle('callModel', wished(toOne('words')));

    expect(leader.effects.started).toMatchObject([
      { id: 'member0', input: { delegation: 2, member: { name: 'words' } } },
    ]);
    leader.hear(reports('member0', 'forty-two'));
    expect(answersIn(leader).at(-1)).toBe('Report of words:\nforty-two');
  });

  it('shares what is left among those who work side by side, reports counted', () => {
    const members = ['math', 'words'].map((name) => anAgent(name, { maxOutputTokens: 10 }));
    const leader = aThinkingLeader({ members, limits: { maxTokens: 200 } });
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(reports('member0', '42', { tokens: 90 }));
    leader.settle('callModel', wished(toOne('math', 'a'), toOne('words', 'b')));
    expect(leader.effects.started).toMatchObject([
      { input: { maxTokens: 35 } },
      { input: { maxTokens: 35 } },
    ]);
  });

  it('lets no more work side by side than it has tokens for their replies, and says who was not asked', () => {
    const members = ['math', 'words'].map((name) => anAgent(name, { maxOutputTokens: 60 }));
    const leader = aThinkingLeader({ members, limits: { maxTokens: 120 } });
    leader.settle('callModel', wished(toAll('Think.')));
    expect(leader.effects.started).toMatchObject([
      { input: { member: { name: 'math' }, maxTokens: 110 } },
    ]);

    leader.hear(reports('member0', '42'));

    expect(answersIn(leader).at(-1)).toBe(
      'words was not asked: this run has too few tokens left for it.\n\nReport of math:\n42',
    );
  });

  it('takes no notice of a report from a place where nobody works', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math'), toOne('words')));
    leader.hear(reports('member5', 'late'));
    expect(leader.state).toContain('working.acting');
    leader.hear(reports('member0', '42'));
    leader.hear(reports('member1', 'W'));
    leader.settle('callModel', said('42'));
    expect(leader.asked).toMatchObject({ outcome: { delegations: { length: 2 } } });
  });

  it('records what each delegation came to, and adds its cost', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math', 'a'), toOne('words', 'b')));
    leader.hear(
      reports('member0', '42', {
        sources: [{ title: 'S', url: 'https://s' }],
        files: [{ id: 'f1', name: 'a.png', mime: 'image/png', bytes: 1 }],
      }),
    );
    leader.hear(failsToReport('member1'));
    leader.settle('callModel', said('42'));
    expect(leader.asked).toMatchObject({
      outcome: {
        delegations: [
          { member: 'math', task: 'a', ok: true, usage: spent(10) },
          { member: 'words', task: 'b', ok: false },
        ],
        usage: { calls: 3, promptTokens: 30 },
        sources: [{ url: 'https://s' }],
        files: [{ id: 'f1' }],
      },
    });
  });
});

describe('a leader that routes', () => {
  it('lets the member speak to the user: its report is the answer', () => {
    const leader = aThinkingLeader({ mode: 'route' });
    leader.settle('callModel', wished(toOne('math')));
    expect(leader.asked).toMatchObject({ drafts: true });
    leader.hear(reports('member0', '42', { cut: true }));
    expect(leader.state).toBe('ending');
    expect(leader.asked).toMatchObject({
      outcome: { kind: 'answered', text: '42', model: 'member-model', notes: ['limit_reached'] },
    });
  });

  it('answers itself when the member has failed', () => {
    const leader = aThinkingLeader({ mode: 'route' });
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(failsToReport('member0'));
    expect(leader.state).toBe('working.thinking');
    leader.settle('callModel', said('It is 42.'));
    expect(leader.asked).toMatchObject({ outcome: { text: 'It is 42.' } });
  });
});

describe('a leader that asks everybody', () => {
  it('gives every member the question before it thinks, and answers from the reports', () => {
    const leader = aLeader({ mode: 'broadcast' });

    leader.settle('beginRun', begun());
    expect(leader.effects.started).toMatchObject([
      { id: 'member0', input: { task: 'What is six times seven?', member: { name: 'math' } } },
      { id: 'member1', input: { task: 'What is six times seven?', member: { name: 'words' } } },
    ]);

    leader.hear(reports('member0', '42'));
    leader.hear(reports('member1', 'forty-two'));
    expect(leader.state).toBe('working.thinking');
    expect(answersIn(leader)).toEqual(['Report of math:\n42\n\nReport of words:\nforty-two']);
    expect(leader.asked).toMatchObject({ stepKey: 'leader/1', tools: [{ name: 'look' }] });
  });

  it('thinks by itself when there is nobody to ask', () => {
    const leader = aLeader({ mode: 'broadcast', members: [] });
    leader.settle('beginRun', begun());
    expect(leader.state).toBe('working.thinking');
  });
});
