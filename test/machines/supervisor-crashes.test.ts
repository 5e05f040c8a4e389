import { describe, expect, it } from 'vitest';
import { SteppedHouse } from '../support/stepped-house.ts';

describe('a crash', () => {
  it('keeps the place until everything is released, and starts the next team after a pause', () => {
    const house = new SteppedHouse({ backoffFirstMs: 100 });
    house.ask('ann', 'a1');

    expect(house.crash('ann')).toEqual(['release ann#1: crashed by force', 'queue a1 at 1']);
    expect(house.waiting).toEqual(['1 ann 1 held back']);
    expect(house.free('ann')).toEqual([]);
    expect(house.wakeAt).toBe(house.at + 100);
    expect(house.tickAfter(99)).toEqual([]);
    expect(house.tickAfter(1)).toEqual(['activate ann#2', 'deliver a1 to ann#2']);
  });

  it('touches nobody else, and its pause keeps nobody from coming in', () => {
    const house = new SteppedHouse({ maxTeams: 2 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.crash('ann');
    house.free('ann');

    expect(house.ask('cid', 'c1')).toEqual(['activate cid#3', 'deliver c1 to cid#3']);
    expect(house.teams).toEqual(['bob#2 active 1', 'cid#3 active 1']);
  });

  it('doubles the pause each time up to the longest, and adds up to half by chance', () => {
    const house = new SteppedHouse({
      backoffFirstMs: 100,
      backoffLongestMs: 300,
      maxDeliveries: 9,
      maxCrashes: 9,
    });
    house.ask('ann', 'a1');
    const pauses = [0, 0, 0, 0.5].map((chance) => {
      house.crash('ann', { chance });
      house.free('ann');
      const pause = (house.wakeAt ?? 0) - house.at;
      house.tickAfter(pause);
      return pause;
    });

    expect(pauses).toEqual([100, 200, 300, 375]);
  });

  it('forgets old crashes: the pause is short again when a window has gone by', () => {
    const house = new SteppedHouse({ backoffFirstMs: 100, crashWindowMs: 1000, maxDeliveries: 9 });
    house.ask('ann', 'a1');
    house.crash('ann');
    house.free('ann');
    house.tickAfter(1000);

    house.crash('ann');
    house.free('ann');

    expect(house.wakeAt).toBe(house.at + 100);
  });

  it('of an idle team makes its user wait for the pause, too', () => {
    const house = new SteppedHouse({ backoffFirstMs: 100 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');
    house.crash('ann');
    house.free('ann');

    expect(house.ask('ann', 'a2')).toEqual(['queue a2 at 1']);
    expect(house.tickAfter(100)).toEqual(['activate ann#2', 'deliver a2 to ann#2']);
  });

  it('is counted once, however often it is reported', () => {
    const house = new SteppedHouse({ maxCrashes: 1 });
    house.ask('ann', 'a1');
    house.crash('ann');

    expect(house.crash('ann')).toEqual([]);
    expect(house.ask('ann', 'a2')).toEqual(['queue a2 at 1']);
  });

  it('is not held against a user whose team was leaving anyway', () => {
    const house = new SteppedHouse({ idleAfterMs: 10 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');
    house.tickAfter(10);

    expect(house.crash('ann')).toEqual([]);
    house.free('ann');
    expect(house.ask('ann', 'a2')).toEqual(['activate ann#2', 'deliver a2 to ann#2']);
  });

  it('does not cost the user its turn when the line is full: it stretches for those who were in', () => {
    const house = new SteppedHouse({ maxTeams: 1, maxWaiting: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');

    expect(house.crash('ann')).toEqual(['release ann#1: crashed by force', 'queue a1 at 2']);
    expect(house.ask('cid', 'c1')).toEqual(['refuse c1: house_full']);
  });

  it('starts the patience of its user when the pause is over, not before', () => {
    const house = new SteppedHouse({ maxTeams: 1, backoffFirstMs: 100, maxWaitMs: 50 });
    house.ask('ann', 'a1');
    house.crash('ann');
    house.free('ann');
    house.ask('bob', 'b1');

    expect(house.tickAfter(100)).toEqual([]);
    expect(house.waiting).toEqual(['1 ann 1']);
    expect(house.tickAfter(50)).toEqual(['refuse a1: waited_too_long']);
  });
});

describe('quarantine', () => {
  function aRepeatOffender(): SteppedHouse {
    const house = new SteppedHouse({
      maxCrashes: 2,
      backoffFirstMs: 10,
      backoffLongestMs: 10,
      quarantineMs: 500,
      crashWindowMs: 400,
      maxDeliveries: 9,
    });
    house.ask('ann', 'a1');
    for (const _ of ['once', 'twice']) {
      house.crash('ann');
      house.free('ann');
      house.tickAfter(10);
    }
    return house;
  }

  it('refuses all that the user has asked when there were more crashes than allowed', () => {
    const house = aRepeatOffender();

    expect(house.crash('ann')).toEqual([
      'release ann#3: crashed by force',
      'refuse a1: quarantined for 500 ms',
    ]);
  });

  it('refuses what the user asks, says for how much longer, and ends by itself', () => {
    const house = aRepeatOffender();
    house.crash('ann');
    house.free('ann');
    house.at += 499;

    expect(house.ask('ann', 'a2')).toEqual(['refuse a2: quarantined for 1 ms']);
    house.at += 1;
    expect(house.ask('ann', 'a3')).toEqual(['activate ann#4', 'deliver a3 to ann#4']);
  });

  it('is for one user: the others notice nothing', () => {
    const house = aRepeatOffender();
    house.crash('ann');

    expect(house.ask('bob', 'b1')).toEqual(['activate bob#4', 'deliver b1 to bob#4']);
  });

  it('forgets crashes that are older than the window', () => {
    const house = aRepeatOffender();
    house.at += 400;

    expect(house.crash('ann')).toEqual(['release ann#3: crashed by force', 'queue a1 at 1']);
  });
});

describe('a team that is unavailable', () => {
  it('has settled the questions it saw: nothing is delivered again', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');

    expect(house.crash('ann', { cause: 'unavailable' })).toEqual([
      'release ann#1: crashed by force',
    ]);
    expect(house.waiting).toEqual([]);
  });

  it('never saw what it has not settled: that waits for the next team, unblamed', () => {
    const house = new SteppedHouse({ maxDeliveries: 1 });
    house.ask('ann', 'a1');

    expect(house.crash('ann', { cause: 'unavailable' })).toEqual([
      'release ann#1: crashed by force',
      'queue a1 at 1',
    ]);
  });

  it('makes its user pause, but an outage puts nobody in quarantine', () => {
    const house = new SteppedHouse({ maxCrashes: 1, backoffFirstMs: 100, backoffLongestMs: 100 });
    for (const run of ['a1', 'a2', 'a3']) {
      house.ask('ann', run);
      house.tickAfter(100);
      house.settle('ann', run);
      house.crash('ann', { cause: 'unavailable' });
      house.free('ann');
    }

    expect(house.ask('ann', 'a4')).toEqual(['queue a4 at 1']);
  });

  it('never saw what was held back for it: that waits for the next team', () => {
    const house = new SteppedHouse({ backoffFirstMs: 100 });
    house.ask('ann', 'a1');
    house.ask('ann', 'a2');
    house.crash('ann');
    house.free('ann');
    house.tickAfter(100);
    // The team's word comes first: a2, next in turn, is given to a team that is at its end.
    expect(house.settle('ann', 'a1')).toEqual(['deliver a2 to ann#2']);

    expect(house.crash('ann', { cause: 'unavailable' })).toEqual([
      'release ann#2: crashed by force',
      'queue a2 at 1',
    ]);
  });
});
