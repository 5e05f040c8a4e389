import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../machines/conversation.ts';
import { ChannelId, RunId } from '../../machines/ids.ts';
import {
  anOpenTeam,
  asks,
  aTeam,
  finishes,
  READY,
  type SteppedTeam,
  tellings,
  UNREADY,
} from '../support/a-team.ts';

/** Questions asked one after the other; gives what was told of all of them. */
const askAll = (team: SteppedTeam, ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => {
    team.hear(asks(name));
    return tellings(team);
  });

describe('a team that arrives', () => {
  it('is hydrated first, with its user and its epoch', () => {
    const team = aTeam();
    expect(team.state).toBe('arriving.hydrating');
    expect(team.asked).toEqual({ userId: 'ada', epoch: 7 });
  });

  it('keeps questions until it knows its user, and then begins them', () => {
    const team = aTeam();
    expect(askAll(team, 'lobby1', 'lobby2', 'den1')).toEqual(['queued lobby2 1']);

    team.settle('hydrate', READY);

    expect(team.state).toBe('open.busy');
    expect(tellings(team)).toEqual(['started lobby1', 'started den1']);
  });

  it('tries again after a pause that doubles when it could not be hydrated', () => {
    const team = aTeam();
    team.hear(asks('lobby1'));

    team.settle('hydrate', UNREADY);
    expect(team.state).toBe('arriving.resting');
    expect(team.effects.timers).toEqual([500]);
    team.elapse('backoff');
    team.settle('hydrate', UNREADY);
    expect(team.effects.timers).toEqual([1_000]);
    team.elapse('backoff');
    team.settle('hydrate', READY);

    expect(tellings(team)).toEqual(['started lobby1']);
  });

  it('gives up the third time: refuses what it holds, then says that it cannot be', () => {
    const team = aTeam();
    askAll(team, 'lobby1', 'lobby2');
    for (const _ of [1, 2]) {
      team.settle('hydrate', UNREADY);
      team.elapse('backoff');
    }

    team.settle('hydrate', UNREADY);

    expect(team.isOver).toBe(true);
    expect(tellings(team)).toEqual([
      'settled lobby1 team_unavailable',
      'settled lobby2 team_unavailable',
      'team.unavailable',
    ]);
    expect(team.effects.sent.at(-1)).toMatchObject({
      team: { userId: 'ada', epoch: 7 },
      failure: { kind: 'storage' },
    });
  });

  it('gives up after a minute, whatever it waits for', () => {
    const team = aTeam();
    expect(team.effects.timers).toEqual([60_000]);
    team.hear(asks('lobby1'));
    team.elapse('arrival');
    expect(team.isOver).toBe(true);
    expect(tellings(team)).toEqual(['settled lobby1 team_unavailable', 'team.unavailable']);
    expect(team.effects.stopped).toHaveLength(1);
  });

  it.each([true, false])('leaves at once when it is drained, forced or not: %s', (force) => {
    const team = aTeam();
    team.hear(asks('lobby1'));
    team.hear({ type: 'team.drain', force });
    expect(team.isOver).toBe(true);
    expect(tellings(team)).toEqual(['settled lobby1 draining']);
    expect(team.effects.stopped).toHaveLength(1);
  });

  it('leaves when it is drained while it rests', () => {
    const team = aTeam();
    team.hear(asks('lobby1'));
    team.settle('hydrate', UNREADY);
    team.hear({ type: 'team.drain', force: false });
    expect(team.isOver).toBe(true);
    expect(tellings(team)).toEqual(['settled lobby1 draining']);
  });

  it('forgets a question that is cancelled before it could begin', () => {
    const team = aTeam();
    askAll(team, 'lobby1', 'den1');
    team.hear({ type: 'team.cancel', runId: RunId('lobby1') });
    expect(tellings(team)).toEqual(['settled lobby1 cancelled']);
    team.settle('hydrate', READY);
    expect(tellings(team)).toEqual(['started den1']);
  });

  it('rests idle when nobody has asked anything', () => {
    const team = anOpenTeam();
    expect(team.state).toBe('open.idle');
    expect(tellings(team)).toEqual([]);
  });
});

describe('a team at work', () => {
  it('says that a run has started before its leader begins', () => {
    const team = anOpenTeam();
    team.hear(asks('lobby1'));
    expect(team.effects.order).toEqual(['team.started', 'leader0']);
    expect(team.asked).toMatchObject({
      slot: 'leader0',
      question: { runId: 'lobby1' },
      run: { runId: 'lobby1', userId: 'ada', channelId: 'lobby', epoch: 7 },
    });
  });

  it('handles one channel in order and channels side by side', () => {
    const team = anOpenTeam();
    expect(askAll(team, 'lobby1', 'lobby2', 'den1')).toEqual([
      'started lobby1',
      'queued lobby2 1',
      'started den1',
    ]);
    expect(team.children).toEqual(['leader0', 'leader1']);

    team.hear(finishes('leader0'));

    expect(tellings(team)).toEqual(['settled lobby1 answered', 'started lobby2']);
  });

  it('has no more runs side by side than it is allowed', () => {
    const team = anOpenTeam();
    expect(askAll(team, 'lobby1', 'den1', 'attic1')).toEqual([
      'started lobby1',
      'started den1',
      'queued attic1 1',
    ]);
    expect(askAll(anOpenTeam({ concurrency: 1 }), 'lobby1', 'den1')).toEqual([
      'started lobby1',
      'queued den1 1',
    ]);
  });

  it('passes the outcome on as the leader gave it, and lets the leader go', () => {
    const team = anOpenTeam();
    team.hear(asks('lobby1'));
    team.hear(finishes('leader0', { kind: 'cancelled', usage: NO_USAGE }));
    expect(team.effects.sent).toMatchObject([
      { type: 'team.settled', by: 'leader', outcome: { kind: 'cancelled' } },
    ]);
    expect(team.effects.stopped).toEqual(['leader0']);
    expect(team.state).toBe('open.idle');
  });

  it('uses a place again for the next run', () => {
    const team = anOpenTeam();
    askAll(team, 'lobby1', 'den1');
    team.hear(finishes('leader0'));
    team.hear(asks('attic1'));
    expect(team.effects.started).toMatchObject([{ id: 'leader0' }]);
  });

  it('takes no notice of a place that reports when nothing runs there', () => {
    const team = anOpenTeam();
    askAll(team, 'lobby1');
    team.hear(finishes('leader1'));
    expect(tellings(team)).toEqual([]);
    team.hear(finishes('leader0'));
    team.hear(finishes('leader0'));
    expect(tellings(team)).toEqual([]);
  });

  it('refuses what does not fit: per channel and in all', () => {
    const team = anOpenTeam();
    askAll(team, 'lobby1', 'lobby2', 'lobby3');
    expect(askAll(team, 'lobby4')).toEqual(['settled lobby4 channel_full']);
    askAll(team, 'den1', 'den2');
    expect(askAll(team, 'den3')).toEqual(['settled den3 channel_full']);
    expect(team.effects.sent).toMatchObject([{ by: 'team' }]);
  });
});

describe('a team that is told to stop', () => {
  const busyTeam = (): SteppedTeam => {
    const team = anOpenTeam();
    askAll(team, 'lobby1', 'lobby2', 'den1', 'den2');
    return team;
  };

  it.each([
    { what: 'one run that works', cancel: { runId: RunId('lobby1') }, told: ['cancel'] },
    {
      what: 'one run that waits',
      cancel: { runId: RunId('den2') },
      told: ['settled den2 cancelled'],
    },
    {
      what: 'one channel',
      cancel: { channelId: ChannelId('lobby') },
      told: ['settled lobby2 cancelled', 'cancel'],
    },
    {
      what: 'everything',
      cancel: {},
      told: ['settled lobby2 cancelled', 'settled den2 cancelled', 'cancel', 'cancel'],
    },
    { what: 'a run it does not know', cancel: { runId: RunId('attic1') }, told: [] },
  ])('cancels $what', ({ cancel, told }) => {
    const team = busyTeam();
    team.hear({ type: 'team.cancel', ...cancel });
    expect(tellings(team)).toEqual(told);
    expect(team.state).toBe('open.busy');
  });

  it('settles a cancelled run once, when its leader has stopped', () => {
    const team = anOpenTeam();
    team.hear(asks('lobby1'));
    team.hear({ type: 'team.cancel' });
    team.hear({ type: 'team.cancel' });
    expect(tellings(team)).toEqual(['cancel']);
    team.hear(finishes('leader0', { kind: 'cancelled', usage: NO_USAGE }));
    expect(tellings(team)).toEqual(['settled lobby1 cancelled']);
  });
});
