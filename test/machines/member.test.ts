import { describe, expect, it } from 'vitest';
import type { ToolResult } from '../../machines/ports.ts';
import { aCall, anAgent, broke, said, spent, wished } from '../../src/testing/builders.ts';
import { aMember } from '../support/a-member.ts';

const returned: ToolResult = { kind: 'returned', content: '13' };

describe('a member', () => {
  it('begins by thinking about its task, under its own instructions and with its own tools', () => {
    const member = aMember();

    expect(member.state).toBe('thinking');
    expect(member.told).toEqual(['member_thinking']);
    expect(member.asked).toMatchObject({
      stepKey: '3/math/1',
      agent: 'math',
      messages: [
        { role: 'system', content: 'You are math.' },
        { role: 'user', content: 'Add 6 and 7.' },
      ],
      tools: [{ name: 'add' }],
      maxOutputTokens: 500,
    });
    expect(member.asked).not.toHaveProperty('draftTurn');
  });

  it('passes on how its model is to be asked, and only what was set', () => {
    const member = anAgent('math', { temperature: 0, topP: 0.5 });
    expect(aMember({ member }).asked).toMatchObject({ temperature: 0, topP: 0.5 });
    expect(aMember().asked).not.toHaveProperty('temperature');
  });

  it('reports its answer once, to whoever asked, and is over', () => {
    const member = aMember();

    member.settle('callModel', said('13'));

    expect(member.isOver).toBe(true);
    expect(member.effects.sent).toEqual([
      {
        type: 'member.reported',
        slot: 'member0',
        outcome: {
          kind: 'reported',
          text: '13',
          model: 'test-model',
          usage: spent(10),
          sources: [],
          cut: false,
        },
      },
    ]);
  });

  it('uses its tools and thinks on, the results before its eyes', () => {
    const member = aMember();

    member.settle('callModel', wished(aCall('add', { a: 6 })));
    expect(member.state).toBe('acting');
    expect(member.told).toEqual(['member_using']);
    expect(member.asked).toMatchObject([{ agent: 'math', stepKey: '3/math/1/0' }]);

    member.settle('runTools', [returned]);
    expect(member.state).toBe('thinking');
    expect(member.asked).toMatchObject({
      stepKey: '3/math/2',
      messages: [{}, {}, { role: 'assistant' }, { role: 'tool', content: '13' }],
    });
  });

  it('adds up what its calls cost', () => {
    const member = aMember();
    member.settle('callModel', wished(aCall('add')));
    member.settle('runTools', [returned]);
    member.settle('callModel', { ...broke('server'), usage: spent(3) });
    member.elapse('backoff');
    member.settle('callModel', said('13'));
    expect(member.outcomes[0]).toMatchObject({ usage: { calls: 3, promptTokens: 23 } });
  });

  it('brings the sources of its tools along', () => {
    const member = aMember();
    const source = { title: 'Sums', url: 'https://sums' };
    member.settle('callModel', wished(aCall('add')));
    member.settle('runTools', [{ ...returned, sources: [source] }]);
    member.settle('callModel', said('13'));
    expect(member.outcomes[0]).toMatchObject({ sources: [source] });
  });

  it('brings the files of its tools along', () => {
    const member = aMember();
    const file = { id: 'f1', name: 'a.png', mime: 'image/png', bytes: 1 };
    member.settle('callModel', wished(aCall('draw')));
    member.settle('runTools', [{ ...returned, files: [file] }]);
    member.settle('callModel', said('Drawn.'));
    expect(member.outcomes[0]).toMatchObject({ files: [file] });
  });

  it('drafts only when its text may become the answer', () => {
    expect(aMember({ drafts: true }).asked).toHaveProperty('draftTurn');
    expect(aMember({ drafts: false }).asked).not.toHaveProperty('draftTurn');
  });
});

describe('a member whose model fails', () => {
  it('waits, longer each time, and asks again under the same step key', () => {
    const member = aMember({ limits: { retries: 2 } });

    member.settle('callModel', broke('server'));
    expect(member.state).toBe('retrying');
    expect(member.told).toEqual(['member_retrying']);
    expect(member.effects.timers).toEqual([500]);

    member.elapse('backoff');
    expect(member.asked).toMatchObject({ stepKey: '3/math/1' });

    member.settle('callModel', broke('server'));
    expect(member.effects.timers).toEqual([1_000]);
  });

  it('starts its draft anew: what the failed call had written is not part of the answer', () => {
    const member = aMember({ drafts: true });
    expect(member.asked).toMatchObject({ draftTurn: 3_001 });
    member.settle('callModel', broke('truncated'));
    member.elapse('backoff');
    expect(member.asked).toMatchObject({ draftTurn: 3_002 });
  });

  it('says so when the retries are used up', () => {
    const member = aMember({ limits: { retries: 1 } });
    member.settle('callModel', broke('server'));
    member.elapse('backoff');
    member.settle('callModel', broke('transport'));
    expect(member.outcomes[0]).toMatchObject({ kind: 'failed', failure: { kind: 'transport' } });
    expect(member.isOver).toBe(true);
  });

  it('has all its retries again after a call that succeeded', () => {
    const member = aMember({ limits: { retries: 1 } });
    member.settle('callModel', broke('server'));
    member.elapse('backoff');
    member.settle('callModel', wished(aCall('add')));
    member.settle('runTools', [returned]);
    member.settle('callModel', broke('server'));
    expect(member.state).toBe('retrying');
  });

  it('gives up at once when trying again is of no use', () => {
    const member = aMember();
    member.settle('callModel', broke('auth'));
    expect(member.outcomes[0]).toMatchObject({ kind: 'failed', failure: { kind: 'auth' } });
  });
});
