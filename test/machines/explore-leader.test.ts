import { describe, expect, it } from 'vitest';
import { explore } from '../../src/testing/explorer.ts';
import { leaderExploration } from '../support/explorations/leader.ts';

describe('a leader that is to', () => {
  it.each([
    { mode: 'coordinate', place: 'flat', least: 500 },
    { mode: 'route', place: 'flat', least: 300 },
    { mode: 'broadcast', place: 'flat', least: 300 },
    { mode: 'coordinate', place: 'with_team', least: 500 },
    { mode: 'broadcast', place: 'with_team', least: 300 },
    { mode: 'coordinate', place: 'nested', least: 500 },
    { mode: 'route', place: 'nested', least: 300 },
    { mode: 'broadcast', place: 'nested', least: 300 },
    { mode: 'coordinate', place: 'unkept', least: 500 },
    { mode: 'broadcast', place: 'unkept', least: 300 },
  ] as const)(
    '$mode, $place, can end from every state of a small world',
    ({ mode, place, least }) => {
      const { states, deadEnds, hopeless, unlisted } = explore(leaderExploration(mode, place));

      expect({ deadEnds, hopeless, unlisted }).toEqual({
        deadEnds: [],
        hopeless: [],
        unlisted: [],
      });
      expect(states).toBeGreaterThan(least);
    },
  );
});
