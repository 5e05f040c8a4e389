import { expect, it } from 'vitest';
import { explore } from '../../src/testing/explorer.ts';
import { connectionExploration } from '../support/explorations/connection.ts';

it('lets a connection end in every state of a small world, open exactly when it has said so', () => {
  const { states, deadEnds, hopeless, unlisted } = explore(connectionExploration());

  expect({ deadEnds, hopeless, unlisted }).toEqual({ deadEnds: [], hopeless: [], unlisted: [] });
  expect(states).toBeGreaterThan(100);
});
