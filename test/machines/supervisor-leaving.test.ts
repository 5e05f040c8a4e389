import { describe, expect, it } from 'vitest';
import { SteppedHouse } from '../support/stepped-house.ts';

describe('a cancellation', () => {
  it('reaches into the team for what works, and the team settles it', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');

    expect(house.cancel('ann', { run: 'a1' })).toEqual(['cancel a1 in ann#1']);
    expect(house.teams).toEqual(['ann#1 active 1']);
    expect(house.settle('ann', 'a1')).toEqual([]);
  });

  it('ends at once what waits for a place', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.ask('bob', 'b2');

    expect(house.cancel('bob', { run: 'b1' })).toEqual(['b1 is cancelled']);
    expect(house.waiting).toEqual(['1 bob 1']);
    expect(house.cancel('bob')).toEqual(['b2 is cancelled']);
    expect(house.waiting).toEqual([]);
  });

  it('of one channel leaves the others alone', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1', 'lobby');
    house.ask('ann', 'a2', 'attic');
    house.ask('bob', 'b1', 'lobby');
    house.ask('bob', 'b2', 'attic');

    expect(house.cancel('ann', { channel: 'attic' })).toEqual(['cancel attic in ann#1']);
    expect(house.cancel('bob', { channel: 'attic' })).toEqual(['b2 is cancelled']);
  });

  it('of all reaches what works, what is held in isolation and nothing of other users', () => {
    const house = new SteppedHouse({ backoffFirstMs: 100 });
    house.ask('ann', 'a1');
    house.ask('ann', 'a2');
    house.ask('bob', 'b1');
    house.crash('ann');
    house.free('ann');
    house.tickAfter(100);

    expect(house.cancel('ann')).toEqual(['cancel all in ann#3', 'a2 is cancelled']);
    expect(house.teams).toEqual(['bob#2 active 1', 'ann#3 active 1']);
  });

  it('of something that is not there changes nothing', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');

    expect(house.cancel('ann', { run: 'a2' })).toEqual([]);
    expect(house.cancel('bob')).toEqual([]);
  });
});

describe('a user who is dismissed', () => {
  it('loses the team whatever it does, and what it held is refused', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');

    expect(house.dismiss('ann')).toEqual([
      'refuse a1: team_unavailable',
      'release ann#1: dismissed by force',
    ]);
    expect(house.settle('ann', 'a1')).toEqual([]);
    expect(house.free('ann')).toEqual([]);
    expect(house.teams).toEqual([]);
  });

  it('loses the place in line', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.ask('cid', 'c1');

    expect(house.dismiss('bob')).toEqual(['refuse b1: team_unavailable', 'queue c1 at 1']);
  });

  it('may come again', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');
    house.dismiss('ann');
    house.ask('ann', 'a2');

    expect(house.free('ann')).toEqual(['activate ann#2', 'deliver a2 to ann#2']);
  });
});

describe('when memory is short', () => {
  it('idle teams leave, the least recently used first, and never more than asked for', () => {
    const house = new SteppedHouse({ minResidencyMs: 1000 });
    for (const user of ['ann', 'bob', 'cid', 'dan']) house.ask(user, `${user}1`);
    for (const user of ['cid', 'bob', 'ann']) house.settle(user, `${user}1`);

    expect(house.shed(2)).toEqual(['release cid#3: shed', 'release bob#2: shed']);
    expect(house.shed(5)).toEqual(['release ann#1: shed']);
  });
});

describe('a house made smaller', () => {
  it('shows idle teams out first and busy ones when they have answered', () => {
    const house = new SteppedHouse({ maxTeams: 3 });
    for (const user of ['ann', 'bob', 'cid']) house.ask(user, `${user}1`);
    house.settle('bob', 'bob1');

    expect(house.resize(1)).toEqual(['release bob#2: passivated']);
    expect(house.settle('ann', 'ann1')).toEqual(['release ann#1: passivated']);
    expect(house.settle('cid', 'cid1')).toEqual([]);
    expect(house.teams).toEqual(['bob#2 closing 0', 'ann#1 closing 0', 'cid#3 active 0']);
  });

  it('lets nobody in before there is room again', () => {
    const house = new SteppedHouse({ maxTeams: 2 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.resize(1);
    house.ask('cid', 'c1');

    expect(house.settle('ann', 'a1')).toEqual(['release ann#1: passivated']);
    expect(house.free('ann')).toEqual([]);
    expect(house.settle('bob', 'b1')).toEqual(['release bob#2: passivated']);
    expect(house.free('bob')).toEqual(['activate cid#3', 'deliver c1 to cid#3']);
  });

  it('and larger again takes in those who wait', () => {
    const house = new SteppedHouse({ maxTeams: 1 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.ask('cid', 'c1');

    expect(house.resize(2)).toEqual(['activate bob#2', 'deliver b1 to bob#2', 'queue c1 at 1']);
  });

  it.each([0, -1, 1.5, Number.NaN])('stays as it is when asked for %s places', (size) => {
    const house = new SteppedHouse({ maxTeams: 2 });
    house.ask('ann', 'a1');
    house.settle('ann', 'a1');

    expect(() => house.resize(size)).not.toThrow();
    expect(house.teams).toEqual(['ann#1 active 0']);
    expect(house.ask('bob', 'b1')).toEqual(['activate bob#2', 'deliver b1 to bob#2']);
  });
});

describe('a house that drains', () => {
  it('refuses those who wait and those who come, and shows idle teams out', () => {
    const house = new SteppedHouse({ maxTeams: 2, minResidencyMs: 1000 });
    house.ask('ann', 'a1');
    house.ask('bob', 'b1');
    house.ask('cid', 'c1');
    house.settle('ann', 'a1');

    expect(house.drain()).toEqual(['refuse c1: draining', 'release ann#1: drained']);
    expect(house.ask('dan', 'd1')).toEqual(['refuse d1: draining']);
    expect(house.ask('bob', 'b2')).toEqual(['refuse b2: draining']);
  });

  it('lets busy teams answer, then shows them out, and stops when the last has left', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');
    house.ask('ann', 'a2');
    house.drain();

    expect(house.settle('ann', 'a1')).toEqual([]);
    expect(house.settle('ann', 'a2')).toEqual(['release ann#1: drained']);
    expect(house.state).toBe('draining');
    house.free('ann');
    expect(house.state).toBe('stopped');
  });

  it('stops at once when nobody is in', () => {
    const house = new SteppedHouse();

    house.drain();

    expect(house.state).toBe('stopped');
  });

  it('does not start a crashed team again, and refuses what it had', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');
    house.drain();

    expect(house.crash('ann')).toEqual(['release ann#1: crashed by force', 'refuse a1: draining']);
    house.free('ann');
    expect(house.state).toBe('stopped');
  });

  it('cancels what still works when the grace period is over, and refuses what is held', () => {
    const house = new SteppedHouse({ backoffFirstMs: 100 });
    house.ask('ann', 'a1');
    house.ask('ann', 'a2');
    house.crash('ann');
    house.free('ann');
    house.tickAfter(100);
    house.drain();

    expect(house.force()).toEqual(['refuse a2: draining', 'release ann#2: drained by force']);
    expect(house.force()).toEqual([]);
    expect(house.settle('ann', 'a1')).toEqual([]);
    house.free('ann');
    expect(house.state).toBe('stopped');
  });

  it('refuses what a team never settled because it was fenced off', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');
    house.drain();
    house.force();

    expect(house.free('ann')).toEqual(['refuse a1: draining']);
    expect(house.state).toBe('stopped');
  });

  it('may be forced without a grace period', () => {
    const house = new SteppedHouse();
    house.ask('ann', 'a1');

    expect(house.force()).toEqual(['release ann#1: drained by force']);
    expect(house.state).toBe('draining');
  });
});
