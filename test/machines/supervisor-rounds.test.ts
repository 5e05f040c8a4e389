import { describe, expect, it } from 'vitest';
import type { SupervisorLimits } from '../../machines/supervisor/supervisor.protocol.ts';
import { type Random, seeded } from '../support/random.ts';
import { SteppedHouse } from '../support/stepped-house.ts';

/** One place, which zed has for one question: whoever asks now is in line. */
function aLine(limits: Partial<SupervisorLimits> = {}) {
  const house = new SteppedHouse({ maxTeams: 1, quantumTokens: 1_000, maxTurn: 2, ...limits });
  house.ask('zed', 'z1');
  const asked = new Map<string, number>();
  const ask = (user: string): string => {
    const nth = (asked.get(user) ?? 0) + 1;
    asked.set(user, nth);
    const run = `${user}${nth}`;
    house.ask(user, run, run);
    return run;
  };
  /** Whoever has the place is through with what it was given, at this price each, and makes room. */
  const serve = (user: string, tokens = 0): void => {
    while (house.given(user).length > 0) {
      for (const run of house.given(user)) house.settle(user, run, { tokens });
    }
    house.free(user);
  };
  return { house, ask, serve };
}

describe('a turn', () => {
  it('is worth so many tokens: a team that has used fewer goes on, though others wait', () => {
    const { house, ask, serve } = aLine({ maxTurn: 4 });
    for (const user of ['ann', 'ann', 'ann', 'ann', 'ann', 'ann', 'bob']) ask(user);
    serve('zed');
    expect(house.given('ann')).toEqual(['ann1', 'ann2', 'ann3', 'ann4']);

    for (const run of house.given('ann')) house.settle('ann', run, { tokens: 10 });
    expect(house.waiting).toEqual(['1 bob 1', '2 ann 2 held back']);
  });

  it('goes on with as many questions as it may still cost, when its user asks for more', () => {
    const { house, ask, serve } = aLine({ maxTurn: 4 });
    for (const user of ['ann', 'bob']) ask(user);
    serve('zed');
    for (let n = 0; n < 5; n++) ask('ann');

    house.settle('ann', 'ann1', { tokens: 500 });
    expect(house.given('ann')).toEqual(['ann2', 'ann3']);
    house.settle('ann', 'ann2', { tokens: 100 });
    expect(house.settle('ann', 'ann3', { tokens: 100 })).toContain('release ann#2: rotated');
  });

  it('is over for a team that has nothing to do and is asked again when it has had it all', () => {
    const { house, ask, serve } = aLine({ minResidencyMs: 60_000, maxWaitMs: 600_000 });
    for (const user of ['ann', 'bob']) ask(user);
    house.settle('zed', 'z1');
    house.tickAfter(60_000);
    house.free('zed');
    house.settle('ann', 'ann1', { tokens: 1_000 });

    expect(house.ask('ann', 'again')).toContain('release ann#2: rotated');
    serve('ann');
    expect(house.teams).toEqual(['bob#3 active 1']);
  });
});

describe('a user who has had more than a turn is worth', () => {
  it('is passed over in as many rounds as it takes to make up for it', () => {
    const { house, ask, serve } = aLine();
    for (const user of ['ann', 'ann', 'ann', 'bob', 'cyd']) ask(user);
    serve('zed');
    serve('ann', 1_600);

    const order: string[] = [];
    for (let turn = 0; turn < 8; turn++) {
      const [user = ''] = house.active;
      order.push(user);
      if (user !== 'ann') ask(user);
      serve(user, user === 'ann' ? 0 : 1_000);
    }

    // ann has had 3,200 in a round that was worth 1,000.
    expect(order).toEqual(['bob', 'cyd', 'bob', 'cyd', 'bob', 'cyd', 'ann', 'bob']);
  });

  it('goes before newcomers that come when it has made up for it, so that nobody starves', () => {
    const { house, ask, serve } = aLine();
    for (const user of ['ann', 'ann', 'ann', 'new0']) ask(user);
    serve('zed');
    serve('ann', 1_600);

    let turns = 0;
    while (house.active[0] !== 'ann' && turns < 100) {
      const [user = ''] = house.active;
      turns += 1;
      ask(`new${turns}`);
      serve(user, 1_000);
    }

    // In a round that was worth 1,000, ann has had 3,200: the three after it are without her.
    expect(turns).toBe(3);
  });

  it('owes nothing any more when nobody waits', () => {
    const { house, ask, serve } = aLine();
    for (const user of ['ann', 'bob']) ask(user);
    serve('zed');
    serve('ann', 9_000);
    serve('bob');

    house.ask('zed', 'z2');
    for (const user of ['ann', 'cyd']) ask(user);

    expect(house.waiting).toEqual(['1 ann 1', '2 cyd 1']);
  });

  it('owes nothing for what was used while nobody waited', () => {
    const { house, ask, serve } = aLine();
    house.settle('zed', 'z1', { tokens: 1_000_000 });
    house.ask('zed', 'z2');
    ask('ann');
    serve('zed');
    for (const user of ['zed', 'bob']) ask(user);

    expect(house.waiting).toEqual(['1 zed 1', '2 bob 1']);
  });
});

describe('users who always have something to ask', () => {
  it.each([1, 2, 3])(
    'are never further behind another than one quantum and what a turn may cost (%i places)',
    (maxTeams) => {
      for (let seed = 1; seed <= 8; seed++) {
        const lag = worstLag(seeded(seed), maxTeams);
        expect(lag, `seed ${seed}`).toBeLessThanOrEqual(QUANTUM + DEAREST_TURN);
      }
    },
  );
});

const QUANTUM = 1_000;
const DEAREST = 4_000;
/** Two questions are in a turn at most. */
const DEAREST_TURN = 2 * DEAREST;

/** How far anybody who waits was ever behind anybody else, in tokens, while six users ask and ask. */
function worstLag(random: Random, maxTeams: number): number {
  const house = new SteppedHouse({ maxTeams, quantumTokens: QUANTUM, maxTurn: 2 });
  for (let n = 1; n <= maxTeams; n++) house.ask(`zed${n}`, `z${n}`);
  const users = ['ann', 'bob', 'cyd', 'dee', 'eve', 'fay'];
  const had = new Map(users.map((user) => [user, 0]));
  let runs = 0;
  const ask = (user: string): void => {
    runs += 1;
    house.ask(user, `q${runs}`, `c${runs}`);
  };
  for (const user of [...users, ...users, ...users]) ask(user);
  for (let n = 1; n <= maxTeams; n++) {
    house.settle(`zed${n}`, `z${n}`);
    house.free(`zed${n}`);
  }
  let worst = 0;
  for (let nth = 0; nth < 200; nth++) {
    // All places are equally fast.
    const [user = ''] = house.active;
    const tokens = random.upTo(DEAREST);
    ask(user);
    const orders = house.settle(user, random.pick(house.given(user)), { tokens });
    if (orders.some((order) => order.startsWith('release'))) house.free(user);
    had.set(user, (had.get(user) ?? 0) + Math.max(tokens, QUANTUM / 2));
    const waiting = users.filter((one) => !house.active.includes(one));
    const most = Math.max(...had.values());
    worst = Math.max(worst, ...waiting.map((one) => most - (had.get(one) ?? 0)));
  }
  return worst;
}
