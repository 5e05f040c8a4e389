import { expect, it } from 'vitest';
import { explore } from '../../src/testing/explorer.ts';
import { memoryExploration } from '../support/explorations/memory.ts';

it('lets a memory end in every state of a small world, and only when its team leaves', () => {
  const { states, deadEnds, hopeless, unlisted } = explore(memoryExploration());

  expect({ deadEnds, hopeless, unlisted }).toEqual({ deadEnds: [], hopeless: [], unlisted: [] });
  expect(states).toBeGreaterThan(100);
});
