import { expect, it } from 'vitest';
import { explore } from '../../src/testing/explorer.ts';
import { teamExploration } from '../support/explorations/team.ts';

it('lets a team settle every question once and end in every state of a small world', () => {
  const { states, deadEnds, hopeless, unlisted } = explore(teamExploration());

  expect({ deadEnds, hopeless, unlisted }).toEqual({ deadEnds: [], hopeless: [], unlisted: [] });
  expect(states).toBeGreaterThan(1_000);
});
