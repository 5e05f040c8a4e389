import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { type Exploration, explore } from '../../src/testing/explorer.ts';

const lift = setup({
  types: {
    events: {} as { type: 'up' } | { type: 'down' } | { type: 'jam' } | { type: 'cut' },
  },
}).createMachine({
  initial: 'ground',
  states: {
    ground: { on: { up: 'roof' } },
    roof: { on: { down: 'ground', jam: 'stuck', cut: 'fallen' } },
    stuck: { on: { jam: 'jammed' } },
    jammed: { on: { jam: 'stuck' } },
    fallen: {},
  },
});

const everywhere: Exploration<typeof lift, number> = {
  machine: lift,
  input: undefined,
  world: 0,
  table: {
    up: () => [{ type: 'up' }],
    down: () => [{ type: 'down' }],
    jam: () => [{ type: 'jam' }],
    cut: () => [{ type: 'cut' }],
  },
  key: ({ snapshot }) => String(snapshot.value),
  observe: ({ from }) => from.world + 1,
  goal: ({ snapshot }) => snapshot.value === 'ground',
  maxStates: 10,
};

const inWords = (...types: readonly string[]) => types.map((type) => JSON.stringify({ type }));

describe('the explorer', () => {
  it('visits every place once and follows every event from it', () => {
    const { states, edges } = explore(everywhere);

    expect({ states, edges }).toEqual({ states: 5, edges: 6 });
  });

  it('shows the shortest way to a place that nothing leads out of', () => {
    expect(explore(everywhere).deadEnds).toEqual([inWords('up', 'cut')]);
  });

  it('shows the ways to places that only lead to each other, and to no goal', () => {
    expect(explore(everywhere).hopeless).toEqual([
      inWords('up', 'jam'),
      inWords('up', 'cut'),
      inWords('up', 'jam', 'jam'),
    ]);
  });

  it('names the events that the chart knows and the table lacks', () => {
    const { cut: _, ...table } = everywhere.table;

    expect(explore({ ...everywhere, table }).unlisted).toEqual(['cut']);
  });

  it('throws with the way that led to a broken promise', () => {
    const check: typeof everywhere.check = ({ snapshot }) => {
      if (snapshot.value === 'fallen') throw new Error('nobody may fall');
    };

    expect(() => explore({ ...everywhere, check })).toThrow(
      ['nobody may fall', 'after:', ...inWords('up', 'cut')].join('\n'),
    );
  });

  it('hands what the test knows from step to step', () => {
    const observe: typeof everywhere.observe = ({ from, snapshot }) => {
      if (snapshot.value === 'jammed' && from.world === 2) throw new Error('two steps before');
      return from.world + 1;
    };

    expect(() => explore({ ...everywhere, observe })).toThrow('two steps before');
  });

  it('stops when the world is larger than its author thinks', () => {
    expect(() => explore({ ...everywhere, maxStates: 3 })).toThrow('more than 3 states');
  });
});
