import { describe, expect, it } from 'vitest';
import { anOpenTeam, asks, asksAgain, tellings } from '../support/a-team.ts';
import { SteppedHouse } from '../support/stepped-house.ts';

describe('questions of an earlier life, which were let in when there was room', () => {
  it('are all taken by their team, however much waits there, while what comes anew is refused', () => {
    const team = anOpenTeam({ maxQueuedPerChannel: 1, maxQueued: 2 });
    const resumed = ['lobby1', 'lobby2', 'lobby3', 'den1', 'den2', 'den3'].flatMap((name) => {
      team.hear(asksAgain(name));
      return tellings(team);
    });

    expect(resumed.filter((line) => line.startsWith('settled'))).toEqual([]);
    team.hear(asks('lobby4'));
    expect(tellings(team)).toEqual(['settled lobby4 channel_full']);
  });

  it('are not turned away by a full house, while what comes anew is', () => {
    const house = new SteppedHouse({ maxTeams: 1, maxPerUser: 1, maxUnanswered: 2, maxWaiting: 0 });
    const orders = [
      ...house.askAgain('ann', 'a1'),
      ...house.askAgain('ann', 'a2'),
      ...house.askAgain('bob', 'b1'),
      ...house.askAgain('cyd', 'c1'),
      ...house.askAgain('dee', 'd1'),
    ];

    expect(orders.filter((order) => order.startsWith('refuse'))).toEqual([]);
    expect(house.ask('eve', 'e1')).toEqual(['refuse e1: house_full']);
  });
});
