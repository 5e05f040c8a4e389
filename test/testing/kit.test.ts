import { cast, leaderMachine, replayed, SteppedMachine, say, scriptedModel } from 'troupe/testing';
import { describe, expect, it } from 'vitest';
import { aRecording } from '../inspector/a-recording.ts';
import { aLeader } from '../support/a-leader.ts';

describe('A machine that is put into a state', () => {
  it('answers the ports of that state, though it has not started them', () => {
    const leader = aLeader();

    leader.enter({ working: 'thinking' });
    leader.settle('callModel', { kind: 'replied', reply: REPLY });

    expect(leader.state).toBe('ending');
  });

  it('refuses an answer that it does not wait for, and a timer that is not set', () => {
    const leader = aLeader();

    expect(() => leader.settle('runTools', [])).toThrow('runTools is not under way');
    expect(() => leader.elapse('backoff')).toThrow('no timer backoff');
  });

  it('knows what it is told to know', () => {
    const { context } = aLeader().snapshot;
    const leader = aLeader();

    leader.enter('ending', { ...context, startedAt: 7 });

    expect(leader.snapshot.context.startedAt).toBe(7);
    expect(leader.effects.started).toEqual([]);
  });
});

describe('A recording', () => {
  it('is replayed from its text', async () => {
    const { path, outcome, divergence } = replayed(JSON.stringify(await aRecording()));

    expect(path[0]).toBe('leader0 begins → working.recalling');
    expect(outcome?.kind).toBe('answered');
    expect(divergence).toBeUndefined();
  });

  it('that is none is refused in words', () => {
    expect(() => replayed('{}')).toThrow('It is not a recording of version 1');
  });
});

it('A scripted model answers from its cast', async () => {
  const model = scriptedModel(cast({ leader: [say('42')] }));
  const leader = new SteppedMachine(leaderMachine, aLeader().snapshot.context.input);
  leader.settle('beginRun', { start: { kind: 'begun', history: [], steps: [] }, at: 0 });
  const request = leader.asked as Parameters<typeof model.call>[0];

  const result = await model.call(request, { signal: new AbortController().signal });

  expect(result).toMatchObject({ kind: 'replied', reply: { text: '42' } });
});

const REPLY = {
  text: '42',
  toolCalls: [],
  model: 'm',
  usage: { calls: 1, promptTokens: 1, completionTokens: 1, cachedTokens: 0, costMicroUsd: 0 },
  finish: 'stop',
};
