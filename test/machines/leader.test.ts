import { describe, expect, it } from 'vitest';
import { failure } from '../../machines/failure.ts';
import { aCall, anAgent, broke, said, spent, wished } from '../../src/testing/builders.ts';
import { aLeader, anUnkeptLeader, aThinkingLeader, begun } from '../support/a-leader.ts';

const SAVED = { kind: 'saved' };
const UNSAVED = { kind: 'failed', failure: failure('storage', 'The disk is full.') };

describe('a leader', () => {
  it('begins by recalling what was said before', () => {
    const leader = aLeader();
    expect(leader.state).toBe('working.recalling');
    expect(leader.told).toEqual(['recalling']);
    expect(leader.asked).toMatchObject({ run: { runId: 'r1' }, question: { runId: 'r1' } });
  });

  it.each([
    { waited: 'for more than a minute', at: 1, notes: ['resumed'] },
    { waited: 'for less than a minute', at: 2, notes: [] },
  ])('picks up where it left off, and says so to whoever waited $waited', ({ at, notes }) => {
    const leader = aLeader({}, { at, resumedAt: 60_002 });
    expect(leader.told).toEqual(['resuming']);

    leader.settle('beginRun', begun());
    leader.settle('callModel', said('42'));

    expect(leader.asked).toMatchObject({ outcome: { kind: 'answered', notes } });
  });

  it('thinks with the history before its eyes, its own tools and those for delegating', () => {
    const leader = aLeader();
    const history = [{ role: 'user', content: 'Hello.' }] as const;

    leader.settle('beginRun', begun({ kind: 'begun', history, steps: [] }));

    expect(leader.state).toBe('working.thinking');
    expect(leader.effects.sent).toMatchObject([{ progress: { kind: 'thinking', turn: 1 } }]);
    expect(leader.asked).toMatchObject({
      stepKey: 'leader/1',
      agent: 'leader',
      messages: [
        { role: 'system', content: 'You are leader.' },
        { role: 'user', content: 'Hello.' },
        { role: 'user', content: 'What is six times seven?' },
      ],
      tools: [
        { name: 'delegate_task_to_member' },
        { name: 'delegate_task_to_members' },
        { name: 'look' },
      ],
    });
  });

  it('saves its answer, with the time it began, before it reports', () => {
    const leader = aThinkingLeader();

    leader.settle('callModel', said('42'));
    expect(leader.state).toBe('ending');
    expect(leader.outcomes).toEqual([]);
    const outcome = {
      kind: 'answered',
      text: '42',
      model: 'test-model',
      usage: spent(10),
      delegations: [],
      sources: [],
      notes: [],
    };
    expect(leader.asked).toMatchObject({ startedAt: 5_000, outcome });

    leader.settle('endRun', SAVED);
    expect(leader.isOver).toBe(true);
    expect(leader.effects.sent).toEqual([{ type: 'leader.finished', slot: 'leader0', outcome }]);
  });

  it('begins by thinking, and reports as it answers, when its run is not kept', () => {
    const leader = anUnkeptLeader();
    expect(leader.told).toEqual(['thinking']);
    expect(leader.asked).toMatchObject({
      messages: [{ content: 'You are leader.' }, { content: 'What is six times seven?' }],
    });

    leader.settle('callModel', said('42'));

    expect(leader.isOver).toBe(true);
    expect(leader.outcomes).toMatchObject([{ kind: 'answered', text: '42', notes: [] }]);
  });

  it('uses its own tools and thinks on, the results before its eyes', () => {
    const leader = aThinkingLeader();

    leader.settle('callModel', wished(aCall('look')));
    expect(leader.told).toEqual(['using']);
    expect(leader.asked).toMatchObject([{ stepKey: 'leader/1/0', agent: 'leader' }]);

    leader.settle('runTools', [{ kind: 'returned', content: 'A cat.' }]);
    expect(leader.asked).toMatchObject({
      stepKey: 'leader/2',
      messages: [{}, {}, { role: 'assistant' }, { role: 'tool', content: 'A cat.' }],
    });
    expect(leader.effects.sent).toMatchObject([{ progress: { kind: 'thinking', turn: 2 } }]);
  });

  it('passes on how its model is to be asked, and only what was set', () => {
    const spec = anAgent('leader', { temperature: 0.2, topP: 0.9, maxOutputTokens: 77 });
    const request = aThinkingLeader({ leader: spec }).asked;
    expect(request).toMatchObject({ temperature: 0.2, topP: 0.9, maxOutputTokens: 77 });
    expect(aThinkingLeader().asked).not.toHaveProperty('temperature');
  });

  it('keeps the files of its tools with the answer, the later one of a name', () => {
    const leader = aThinkingLeader();
    const first = { id: 'f1', name: 'a.png', mime: 'image/png', bytes: 1 };
    const second = { ...first, id: 'f2' };
    leader.settle('callModel', wished(aCall('draw')));
    leader.settle('runTools', [{ kind: 'returned', content: '', files: [first, second] }]);
    leader.settle('callModel', said('Here.'));
    expect(leader.asked).toMatchObject({ outcome: { files: [second] } });
  });

  it('keeps the sources of its tools with the answer', () => {
    const leader = aThinkingLeader();
    const source = { title: 'Cats', url: 'https://cats' };
    leader.settle('callModel', wished(aCall('look')));
    leader.settle('runTools', [{ kind: 'returned', content: 'A cat.', sources: [source] }]);
    leader.settle('callModel', said('A cat.'));
    expect(leader.asked).toMatchObject({ outcome: { sources: [source] } });
  });

  it('is told the prompt that its run begins with, when there is one', () => {
    const leader = aLeader();
    const prompt = { version: 'v1', text: 'You lead the lab.' };
    leader.settle('beginRun', begun({ kind: 'begun', history: [], steps: [], prompt }));
    expect(leader.asked).toMatchObject({ messages: [{ content: 'You lead the lab.' }, {}] });
  });

  it('goes on without the history when it cannot be read, and says so', () => {
    const leader = aLeader();
    leader.settle('beginRun', begun({ kind: 'failed', failure: failure('storage', 'Gone.') }));
    expect(leader.asked).toMatchObject({ messages: [{ role: 'system' }, { role: 'user' }] });
    leader.settle('callModel', said('42'));
    leader.settle('endRun', SAVED);
    expect(leader.outcomes).toMatchObject([{ notes: ['without_history'] }]);
  });

  it('gives the answer although it could not be saved, and says so', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', said('42'));
    leader.settle('endRun', UNSAVED);
    expect(leader.outcomes).toMatchObject([{ kind: 'answered', notes: ['not_saved'] }]);
  });

  it('reports a failure as it is although it could not be saved', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', broke('auth'));
    leader.settle('endRun', UNSAVED);
    expect(leader.outcomes).toMatchObject([{ kind: 'failed', failure: { kind: 'auth' } }]);
  });

  it('says when the answer broke off', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', said('42 and', { finish: 'length' }));
    expect(leader.asked).toMatchObject({ outcome: { notes: ['limit_reached'] } });
  });
});

describe('a leader whose model fails', () => {
  it('waits, longer each time, and asks again under the same step key', () => {
    const leader = aThinkingLeader({ limits: { retries: 2 } });

    leader.settle('callModel', broke('server'));
    expect(leader.state).toBe('working.retrying');
    expect(leader.effects.timers).toEqual([500]);

    leader.elapse('backoff');
    expect(leader.asked).toMatchObject({ stepKey: 'leader/1' });
    leader.settle('callModel', broke('server'));
    expect(leader.effects.timers).toEqual([1_000]);
  });

  it('has all its retries again after a call that succeeded', () => {
    const leader = aThinkingLeader({ limits: { retries: 1 } });
    leader.settle('callModel', broke('server'));
    leader.elapse('backoff');
    leader.settle('callModel', wished(aCall('look')));
    leader.settle('runTools', [{ kind: 'returned', content: 'A cat.' }]);
    leader.settle('callModel', broke('server'));
    expect(leader.state).toBe('working.retrying');
  });

  it('fails when the retries are used up', () => {
    const leader = aThinkingLeader({ limits: { retries: 1 } });
    leader.settle('callModel', broke('server'));
    leader.elapse('backoff');
    leader.settle('callModel', broke('truncated'));
    expect(leader.state).toBe('ending');
    expect(leader.asked).toMatchObject({
      outcome: { kind: 'failed', failure: { kind: 'truncated' } },
    });
  });

  it('starts its draft anew: what the failed call had written is not part of the answer', () => {
    const leader = aThinkingLeader();
    expect(leader.asked).toMatchObject({ draftTurn: 1 });
    leader.settle('callModel', broke('truncated'));
    leader.elapse('backoff');
    expect(leader.asked).toMatchObject({ draftTurn: 2 });
  });

  it('counts what a failed call cost', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', { ...broke('auth'), usage: spent(7) });
    expect(leader.asked).toMatchObject({ outcome: { usage: { promptTokens: 7 } } });
  });
});
