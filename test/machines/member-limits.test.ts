import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import type { ToolResult } from '../../machines/ports.ts';
import { aCall, broke, said, spent, wished } from '../../src/testing/builders.ts';
import { aMember } from '../support/a-member.ts';

const returned: ToolResult = { kind: 'returned', content: '13' };

type Member = ReturnType<typeof aMember>;

describe('the limits of a member', () => {
  it('make its last step one without tools', () => {
    const member = aMember({ limits: { maxMemberSteps: 2 } });
    member.settle('callModel', wished(aCall('add')));
    member.settle('runTools', [returned]);
    expect(member.state).toBe('thinking');
    expect(member.asked).toMatchObject({ tools: [] });
    member.settle('callModel', said('13'));
    expect(member.outcomes[0]).toMatchObject({ kind: 'reported', text: '13' });
  });

  it('make its only step one without tools', () => {
    expect(aMember({ limits: { maxMemberSteps: 1 } }).asked).toMatchObject({ tools: [] });
  });

  it('fail it when it asks for tools in a step without any', () => {
    const member = aMember({ limits: { maxMemberSteps: 1 } });
    member.settle('callModel', wished(aCall('add')));
    expect(member.outcomes[0]).toMatchObject({ kind: 'failed', failure: { kind: 'empty' } });
  });

  it('keep it without tools when the last step is tried again', () => {
    const member = aMember({ limits: { maxMemberSteps: 1 } });
    member.settle('callModel', broke('server'));
    member.elapse('backoff');
    expect(member.state).toBe('thinking');
    expect(member.asked).toMatchObject({ tools: [] });
  });

  it('end its going round in circles: the last wish is not done, and it must answer', () => {
    const member = aMember({ limits: { sameCallLimit: 2 } });
    member.settle('callModel', wished(aCall('add')));
    member.settle('runTools', [returned]);

    member.settle('callModel', wished(aCall('add')));

    expect(member.state).toBe('concluding');
    expect(member.asked).toMatchObject({ tools: [] });
    expect(member.asked).toHaveProperty('messages.5.content', 'Not done.');
  });

  it('end it when the same error keeps coming back', () => {
    const member = aMember({ limits: { sameErrorLimit: 2 } });
    for (const n of [1, 2]) {
      member.settle('callModel', wished(aCall('add', { n })));
      member.settle('runTools', [broke('timeout')]);
    }
    member.settle('callModel', wished(aCall('add', { n: 3 })));
    expect(member.state).toBe('concluding');
  });

  it('end it when its tokens are spent', () => {
    const member = aMember({ maxTokens: 10 });
    member.settle('callModel', wished(aCall('add')));
    expect(member.outcomes[0]).toMatchObject({ kind: 'failed', failure: { kind: 'limit' } });
  });

  it('count the tokens that its tools have spent on models of their own, and end it when those are too many', () => {
    const usage = spent(1_000);
    const why = failure('timeout', 'It took too long.');
    const failed: ToolResult = { kind: 'failed', failure: why, usage };
    for (const results of [[{ ...returned, usage }], [failed]]) {
      const member = aMember({ maxTokens: 1_000 });
      member.settle('callModel', wished(aCall('search')));

      member.settle('runTools', results);

      expect(member.outcomes[0]).toMatchObject({
        kind: 'failed',
        failure: { kind: 'limit' },
        usage: { calls: 2 },
      });
    }
  });

  it('tell when an answer broke off', () => {
    const member = aMember();
    member.settle('callModel', said('13 and', { finish: 'length' }));
    expect(member.outcomes[0]).toMatchObject({ kind: 'reported', cut: true });
  });
});

describe('the deadline of a member', () => {
  const stations: readonly [string, (member: Member) => void][] = [
    ['thinking', () => {}],
    ['acting', (member) => member.settle('callModel', wished(aCall('add')))],
    ['retrying', (member) => member.settle('callModel', broke('server'))],
  ];

  it.each(stations)('ends it in %s: what is under way is stopped, and it says so', (at, go) => {
    const member = aMember();
    go(member);
    expect(member.state).toBe(at);
    const underway = member.children;

    member.elapse('deadline');

    expect(member.isOver).toBe(true);
    expect(member.effects.stopped).toEqual(underway);
    expect(member.outcomes[0]).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' } });
  });

  it('is set once for the whole delegation', () => {
    const member = aMember({ limits: { memberDeadlineMs: 7_000 } });
    expect(member.effects.timers).toEqual([7_000]);
    member.settle('callModel', wished(aCall('add')));
    expect(member.effects.timers).toEqual([]);
  });

  it('changes nothing once it has reported', () => {
    const member = aMember();
    member.settle('callModel', said('13'));
    expect(() => member.elapse('deadline')).toThrow('no timer deadline');
  });
});
