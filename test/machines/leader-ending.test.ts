import { describe, expect, it } from 'vitest';
import {
  aCall,
  aReply,
  broke,
  type RosterWishes,
  said,
  wished,
} from '../../src/testing/builders.ts';
import {
  aLeader,
  aThinkingLeader,
  begun,
  failsToReport,
  reports,
  type SteppedLeader,
  toOne,
} from '../support/a-leader.ts';

const CANCEL = { type: 'leader.cancel' } as const;
const SAVED = { kind: 'saved' };

/** Every state in which a leader waits for something, and the way there. */
const stations: readonly {
  readonly at: string;
  readonly and?: string;
  readonly roster?: RosterWishes;
  readonly go: (leader: SteppedLeader) => void;
}[] = [
  { at: 'working.recalling', go: () => {} },
  { at: 'working.thinking', go: (leader) => leader.settle('beginRun', begun()) },
  {
    at: 'working.retrying',
    go: (leader) => {
      leader.settle('beginRun', begun());
      leader.settle('callModel', broke('server'));
    },
  },
  {
    at: 'working.concluding',
    roster: { limits: { maxSteps: 1 } },
    go: (leader) => leader.settle('beginRun', begun()),
  },
  {
    at: 'working.acting.using',
    go: (leader) => {
      leader.settle('beginRun', begun());
      leader.settle('callModel', wished(aCall('look')));
    },
  },
  {
    at: 'working.acting.using',
    and: ', members at work, too,',
    go: (leader) => {
      leader.settle('beginRun', begun());
      leader.settle('callModel', wished(aCall('look'), toOne('math'), toOne('words')));
    },
  },
  {
    at: 'working.acting.waiting',
    roster: { mode: 'broadcast' },
    go: (leader) => leader.settle('beginRun', begun()),
  },
];

describe('a leader that is cancelled', () => {
  it.each(stations)('in $at$and stops what is under way, saves that and reports it', (station) => {
    const leader = aLeader(station.roster);
    station.go(leader);
    expect(leader.state).toBe(station.at);
    const underway = leader.children;

    leader.hear(CANCEL);

    expect(leader.state).toBe('ending');
    expect([...leader.effects.stopped].sort()).toEqual([...underway].sort());
    expect(leader.asked).toMatchObject({ outcome: { kind: 'cancelled' } });
    leader.settle('endRun', SAVED);
    expect(leader.outcomes).toMatchObject([{ kind: 'cancelled' }]);
    expect(leader.children).toEqual([]);
  });

  it('while it saves its outcome keeps that outcome', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', said('42'));
    leader.hear(CANCEL);
    leader.settle('endRun', SAVED);
    expect(leader.outcomes).toMatchObject([{ kind: 'answered', text: '42' }]);
  });

  it('still counts what it has spent', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(CANCEL);
    expect(leader.asked).toMatchObject({ outcome: { usage: { promptTokens: 10 } } });
  });

  it('does not hear the report of a member that it has let go', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(CANCEL);
    leader.hear(reports('member0', '42'));
    leader.settle('endRun', SAVED);
    expect(leader.outcomes).toMatchObject([{ kind: 'cancelled' }]);
  });
});

describe('the deadline of a run', () => {
  it.each(stations)('in $at$and stops what is under way and ends the run', (station) => {
    const leader = aLeader(station.roster);
    station.go(leader);
    const underway = leader.children;

    leader.elapse('deadline');

    expect(leader.state).toBe('ending');
    expect([...leader.effects.stopped].sort()).toEqual([...underway].sort());
    expect(leader.asked).toMatchObject({
      outcome: { kind: 'failed', failure: { kind: 'timeout', transient: true } },
    });
  });

  it('is set once for the whole run', () => {
    const leader = aLeader({ limits: { deadlineMs: 9_000 } });
    expect(leader.effects.timers).toEqual([9_000]);
    leader.settle('beginRun', begun());
    leader.settle('callModel', wished(aCall('look')));
    expect(leader.effects.timers).toEqual([]);
  });

  it('does not cut short the saving', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', said('42'));
    expect(() => leader.elapse('deadline')).toThrow('no timer deadline');
  });
});

describe('a leader that cannot finish', () => {
  const withReports = (wishes: RosterWishes = {}): SteppedLeader => {
    const leader = aThinkingLeader(wishes);
    leader.settle('callModel', wished(toOne('math'), toOne('words')));
    leader.hear(reports('member0', '42', { sources: [{ title: 'S', url: 'https://s' }] }));
    return leader;
  };

  it('hands over what its members had found when the time is up', () => {
    const leader = withReports();
    leader.elapse('deadline');
    expect(leader.asked).toMatchObject({
      outcome: {
        kind: 'answered',
        text: '**math**\n42',
        model: 'member-model',
        notes: ['unfinished'],
        sources: [{ url: 'https://s' }],
        delegations: [{ member: 'math', ok: true }],
      },
    });
  });

  it('hands over all the reports when its own model fails', () => {
    const leader = withReports();
    leader.hear(reports('member1', 'forty-two'));
    leader.settle('callModel', broke('auth'));
    expect(leader.asked).toMatchObject({
      outcome: { kind: 'answered', text: '**math**\n42\n\n**words**\nforty-two' },
    });
  });

  it('hands them over when the tokens are spent, without another call', () => {
    const leader = withReports({ limits: { maxTokens: 25 } });
    leader.hear(failsToReport('member1'));
    expect(leader.state).toBe('working.thinking');
    leader.settle('callModel', wished(toOne('math', 'more')));
    expect(leader.state).toBe('ending');
    expect(leader.asked).toMatchObject({
      outcome: { text: '**math**\n42', notes: ['unfinished'] },
    });
  });

  it('makes no call when its members have spent what there was', () => {
    const leader = aThinkingLeader({ limits: { maxTokens: 25 } });
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(reports('member0', '42', { tokens: 15 }));
    expect(leader.state).toBe('ending');
    expect(leader.asked).toMatchObject({
      outcome: { text: '**math**\n42', notes: ['unfinished'] },
    });
  });

  it('fails when nobody has found anything', () => {
    const leader = aThinkingLeader();
    leader.settle('callModel', wished(toOne('math')));
    leader.hear(failsToReport('member0'));
    leader.settle('callModel', broke('auth'));
    expect(leader.asked).toMatchObject({ outcome: { kind: 'failed', failure: { kind: 'auth' } } });
  });

  it('hands over nothing when it was told to stop', () => {
    const leader = withReports();
    leader.hear(CANCEL);
    expect(leader.asked).toMatchObject({ outcome: { kind: 'cancelled' } });
  });
});

describe('the limits of a leader', () => {
  it('make its last step one without tools', () => {
    const leader = aThinkingLeader({ limits: { maxSteps: 2 } });
    leader.settle('callModel', wished(aCall('look')));
    leader.settle('runTools', [{ kind: 'returned', content: 'A cat.' }]);
    expect(leader.state).toBe('working.concluding');
    expect(leader.asked).toMatchObject({ tools: [] });
    leader.settle('callModel', { kind: 'replied', reply: aReply({ text: 'A cat.' }) });
    expect(leader.asked).toMatchObject({ outcome: { kind: 'answered', text: 'A cat.' } });
  });

  it('end its going round in circles: the last wish is not done, and it must answer', () => {
    const leader = aThinkingLeader({ limits: { sameCallLimit: 2 } });
    leader.settle('callModel', wished(aCall('look')));
    leader.settle('runTools', [{ kind: 'returned', content: 'A cat.' }]);

    leader.settle('callModel', wished(aCall('look')));

    expect(leader.state).toBe('working.concluding');
    expect(leader.asked).toMatchObject({ tools: [] });
    expect(leader.asked).toHaveProperty('messages.5.content', 'Not done.');
  });

  it('end it when its tokens are spent', () => {
    const leader = aThinkingLeader({ limits: { maxTokens: 10 } });
    leader.settle('callModel', wished(aCall('look')));
    expect(leader.asked).toMatchObject({ outcome: { kind: 'failed', failure: { kind: 'limit' } } });
  });
});
