import { describe, expect, it } from 'vitest';
import { explore } from '../../src/testing/explorer.ts';
import { leaderExploration } from '../support/explorations/leader.ts';

describe('a leader that is to', () => {
  it.each([
    { mode: 'coordinate', least: 500 },
    { mode: 'route', least: 300 },
    { mode: 'broadcast', least: 300 },
  ] as const)('$mode can end from every state of a small world', ({ mode, least }) => {
    const { states, deadEnds, hopeless, unlisted } = explore(leaderExploration(mode));

    expect({ deadEnds, hopeless, unlisted }).toEqual({ deadEnds: [], hopeless: [], unlisted: [] });
    expect(states).toBeGreaterThan(least);
  });
});
