import { describe, expect, it } from 'vitest';
import { SteppedHouse } from '../support/stepped-house.ts';

/** A house of one place where `user` works on so many questions, in channels of their own. */
function aHouseOf(user: string, questions: number, limits: { readonly maxTurn?: number } = {}) {
  const house = new SteppedHouse({ maxTeams: 1, ...limits });
  for (let n = 1; n <= questions; n++) house.ask(user, `${user}${n}`, `channel${n}`);
  return house;
}

describe('a user with many questions', () => {
  it('is given all of them while nobody else wants the place', () => {
    expect(aHouseOf('ann', 9, { maxTurn: 2 }).teams).toEqual(['ann#1 active 9']);
  });

  it('is given no more while others wait, and makes room when those that work have ended', () => {
    const house = aHouseOf('ann', 1, { maxTurn: 1 });
    house.ask('bob', 'b1');

    expect(house.ask('ann', 'ann2')).toEqual([]);
    expect(house.settle('ann', 'ann1')).toEqual(['release ann#1: rotated', 'queue ann2 at 2']);
    expect(house.free('ann')).toEqual(['activate bob#2', 'deliver b1 to bob#2', 'queue ann2 at 1']);
  });

  it('gets one turn at a time: so many questions, then the next in line has theirs', () => {
    const house = aHouseOf('zed', 1, { maxTurn: 2 });
    for (let n = 1; n <= 5; n++) house.ask('ann', `a${n}`, `channel${n}`);
    house.ask('bob', 'b1');
    house.settle('zed', 'zed1');

    expect(house.free('zed').filter((order) => order.startsWith('deliver'))).toEqual([
      'deliver a1 to ann#2',
      'deliver a2 to ann#2',
    ]);
    house.settle('ann', 'a1');
    house.settle('ann', 'a2');
    expect(house.waiting).toEqual(['1 bob 1', '2 ann 3 held back']);
  });

  it('goes on where it was when the others have gone', () => {
    const house = aHouseOf('ann', 1, { maxTurn: 1 });
    house.ask('bob', 'b1');
    house.ask('ann', 'ann2');
    house.cancel('bob');

    expect(house.settle('ann', 'ann1')).toEqual(['deliver ann2 to ann#1']);
  });
});

describe('a question too many', () => {
  it.each([
    {
      of: 'its user, whatever the channel',
      limits: { maxPerUser: 2 },
      asks: [
        ['ann', 'one'],
        ['ann', 'two'],
        ['ann', 'three'],
      ],
      kind: 'channel_full',
    },
    {
      of: 'its channel, whoever asks',
      limits: { maxPerChannel: 2 },
      asks: [
        ['ann', 'lobby'],
        ['bob', 'lobby'],
        ['cyd', 'lobby'],
      ],
      kind: 'channel_full',
    },
    {
      of: 'its server, whoever asks in whatever channel',
      limits: { maxPerServer: 2 },
      asks: [
        ['ann', 'chess/one'],
        ['bob', 'chess/two'],
        ['cyd', 'chess/three'],
      ],
      kind: 'server_full',
    },
    {
      of: 'the house',
      limits: { maxUnanswered: 2 },
      asks: [
        ['ann', 'one'],
        ['bob', 'chess/two'],
        ['cyd', 'three'],
      ],
      kind: 'house_full',
    },
  ])('of $of, is refused', ({ limits, asks, kind }) => {
    const house = new SteppedHouse(limits);
    const told = asks.map(([user = '', place], n) => house.ask(user, `q${n}`, place));

    expect(told[2]).toEqual([`refuse q2: ${kind}`]);
    house.settle('ann', 'q0');
    expect(house.ask('eve', 'e1', asks[2]?.[1])).not.toContainEqual(
      expect.stringContaining('refuse'),
    );
  });

  it('does not count what is asked elsewhere', () => {
    const house = new SteppedHouse({ maxPerServer: 1, maxPerChannel: 1 });
    house.ask('ann', 'a1', 'chess/one');

    expect(house.ask('bob', 'b1', 'go/two')).toContain('deliver b1 to bob#2');
  });

  it('is told when it is worth coming back: about as long as answers take at present', () => {
    const house = new SteppedHouse({ maxPerUser: 1 });
    house.ask('ann', 'a1');
    house.at += 4_000;
    house.settle('ann', 'a1');
    house.ask('ann', 'a2');

    expect(house.ask('ann', 'a3')).toEqual(['refuse a3: channel_full for 4000 ms']);
  });
});
