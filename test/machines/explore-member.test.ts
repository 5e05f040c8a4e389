import { expect, it } from 'vitest';
import { explore } from '../../src/testing/explorer.ts';
import { memberExploration } from '../support/explorations/member.ts';

it('lets a member end in every state of a small world, with exactly one report', () => {
  const { states, deadEnds, hopeless, unlisted } = explore(memberExploration());

  expect({ deadEnds, hopeless, unlisted }).toEqual({ deadEnds: [], hopeless: [], unlisted: [] });
  expect(states).toBeGreaterThan(100);
});
