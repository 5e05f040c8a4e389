import { describe, expect, it } from 'vitest';
import { SteppedHouse } from '../support/stepped-house.ts';

describe('a team', () => {
  it('is activated by the first question of its user and given it', () => {
    const house = new SteppedHouse();

    const orders = house.ask('ann', 'a1');

    expect(orders).toEqual(['activate ann#1', 'deliver a1 to ann#1']);
  });

  it('is given further questions as they come', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');

    expect(house.ask('ann', 'a2')).toEqual(['deliver a2 to ann#1']);
    expect(house.teams).toEqual(['ann#1 active 2']);
  });

  it('becomes the most recently used one when it has answered', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.settle('bob', 'b1');

    house.settle('ann', 'a1');

    expect(house.teams).toEqual(['bob#2 active 0', 'ann#1 active 0']);
  });

  it('is not told from an older incarnation by its reports: those change nothing', () => {
    const house = new SteppedHouse({ idleAfterMs: 10 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');
    house.tickAfter(10);
    house.free('ann');
    house.ask('ann', 'a2');

    expect(house.settle('ann', 'a2', { epoch: 1 })).toEqual([]);
    expect(house.crash('ann', { epoch: 1 })).toEqual([]);
    expect(house.free('ann', { epoch: 1 })).toEqual([]);
    expect(house.teams).toEqual(['ann#2 active 1']);
  });

  it('has a larger epoch than every team before it, whoever they belonged to', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');
    house.ask('bob', 'b1');

    expect(house.free('ann')).toEqual(['activate bob#2', 'deliver b1 to bob#2']);
  });
});

describe('a question', () => {
  it('is refused while the same one is being worked on or waits', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');

    expect(house.ask('ann', 'a1')).toEqual(['refuse a1: duplicate']);
    expect(house.ask('bob', 'b1')).toEqual(['refuse b1: duplicate']);
  });

  it('is refused when its user has as many unanswered as one may have, at work or in line', () => {
    const house = new SteppedHouse({ maxTeams: 1, maxPerUser: 2 });
    house.ask('ann', 'a1');
    house.ask('ann', 'a2');
    house.ask('bob', 'b1');
    house.ask('bob', 'b2');

    expect(house.ask('ann', 'a3')).toEqual(['refuse a3: channel_full']);
    expect(house.ask('bob', 'b3')).toEqual(['refuse b3: channel_full']);
  });

  it('is kept for the next team when it comes while the last one closes', () => {
    const house = new SteppedHouse({ idleAfterMs: 10 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');
    house.tickAfter(10);

    expect(house.ask('ann', 'a2')).toEqual(['queue a2 at 1']);
    expect(house.ask('ann', 'a3')).toEqual(['queue a3 at 1']);
    expect(house.waiting).toEqual(['1 ann 2 held back']);
    expect(house.free('ann')).toEqual([
      'activate ann#2',
      'deliver a2 to ann#2',
      'deliver a3 to ann#2',
    ]);
  });
});

describe('a newcomer to a full house', () => {
  it('makes the least recently used idle team leave, and takes its place when that is free', () => {
    const house = new SteppedHouse({ maxTeams: 2 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.settle('bob', 'b1');
    house.settle('ann', 'a1');

    expect(house.ask('cid', 'c1')).toEqual(['release bob#2: passivated', 'queue c1 at 1']);
    expect(house.free('bob')).toEqual(['activate cid#3', 'deliver c1 to cid#3']);
  });

  it('waits when everybody works, and never makes a busy team leave', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');

    expect(house.ask('bob', 'b1')).toEqual(['queue b1 at 1']);
    expect(house.settle('ann', 'a1')).toEqual(['release ann#1: passivated']);
  });

  it('does not make more teams leave than there are users to take their places', () => {
    const house = new SteppedHouse({ maxTeams: 3 });
    for (const user of ['ann', 'bob', 'cid']) {
      house.ask(user, `${user}1`);
      house.settle(user, `${user}1`);
    }
    house.ask('dan', 'd1');

    expect(house.ask('dan', 'd2')).toEqual(['queue d2 at 1']);
    expect(house.ask('eve', 'e1')).toEqual(['release bob#2: passivated', 'queue e1 at 2']);
  });

  it('does not disturb a team before its time of residency is over', () => {
    const house = new SteppedHouse({ maxTeams: 1, minResidencyMs: 50 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');

    expect(house.ask('bob', 'b1')).toEqual(['queue b1 at 1']);
    expect(house.wakeAt).toBe(house.at + 50);
    expect(house.tickAfter(49)).toEqual([]);
    expect(house.tickAfter(1)).toEqual(['release ann#1: passivated']);
  });

  it('goes behind whoever waits already, though a place is free', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.settle('ann', 'a1');
    house.ask('cid', 'c1');

    expect(house.free('ann')).toEqual(['activate bob#2', 'deliver b1 to bob#2', 'queue c1 at 1']);
  });

  it('comes before a user whose team was made to leave for another, and who asks again', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');
    house.ask('bob', 'b1');
    house.ask('ann', 'a2');

    expect(house.free('ann')).toEqual(['activate bob#2', 'deliver b1 to bob#2', 'queue a2 at 1']);
    expect(house.waiting).toEqual(['1 ann 1']);
  });

  it('is refused when the line is full', () => {
    const house = new SteppedHouse({ maxTeams: 1, maxWaiting: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');

    expect(house.ask('cid', 'c1')).toEqual(['refuse c1: house_full']);
    expect(house.ask('bob', 'b2')).toEqual(['queue b2 at 1']);
  });

  it('is refused with all its questions when it has waited too long', () => {
    const house = new SteppedHouse({ maxTeams: 1, maxWaitMs: 100 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.ask('bob', 'b2');

    expect(house.tickAfter(99)).toEqual([]);
    expect(house.tickAfter(1)).toEqual([
      'refuse b1: waited_too_long',
      'refuse b2: waited_too_long',
    ]);
  });

  it('gets the place that comes free in the moment its patience ends', () => {
    const house = new SteppedHouse({ maxTeams: 1, maxWaitMs: 100 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.settle('ann', 'a1');
    house.at += 100;

    expect(house.free('ann')).toEqual(['activate bob#2', 'deliver b1 to bob#2']);
  });

  it('is told its place again whenever somebody ahead leaves the line', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.ask('cid', 'c1');
    house.ask('dan', 'd1');

    expect(house.cancel('cid')).toEqual(['c1 is cancelled', 'queue d1 at 2']);
    expect(house.waiting).toEqual(['1 bob 1', '2 dan 1']);
  });
});

describe('time', () => {
  it('makes an idle team leave, and asks to be woken for it', () => {
    const house = new SteppedHouse({ idleAfterMs: 100 });
    house.ask('ann', 'a1');
    expect(house.wakeAt).toBeUndefined();
    house.settle('ann', 'a1');

    expect(house.wakeAt).toBe(house.at + 100);
    expect(house.tickAfter(100)).toEqual(['release ann#1: idle']);
  });

  it('does no harm when it is told too early, too late, or twice', () => {
    const house = new SteppedHouse({ idleAfterMs: 100 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');
    const due = house.at + 100;

    expect(house.tickAfter(60)).toEqual([]);
    expect(house.wakeAt).toBe(due);
    expect(house.tickAfter(0)).toEqual([]);
    expect(house.tickAfter(5000)).toEqual(['release ann#1: idle']);
    expect(house.tickAfter(0)).toEqual([]);
  });

  it('does not make anybody wait longer when the host sets its clock back', () => {
    const house = new SteppedHouse({ maxTeams: 1, maxWaitMs: 100 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.at += 40;
    house.settle('ann', 'nothing');

    expect(house.tickAfter(-1000)).toEqual([]);

    expect(house.wakeAt).toBe(house.at + 60);
    expect(house.tickAfter(60)).toEqual(['refuse b1: waited_too_long']);
  });

  it('keeps the order of use when the clock stands still', () => {
    const house = new SteppedHouse({ maxTeams: 2 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.settle('ann', 'a1');
    house.settle('bob', 'b1');
    house.ask('ann', 'a2');
    house.settle('ann', 'a2');

    expect(house.ask('cid', 'c1')).toEqual(['release bob#2: passivated', 'queue c1 at 1']);
  });
});
