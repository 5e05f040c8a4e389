import { describe, expect, it } from 'vitest';
import { explore } from '../../src/testing/explorer.ts';
import { supervisorExplorations } from '../support/explorations/supervisor.ts';

describe('in every place that can be reached in a world of', () => {
  it.each(supervisorExplorations())(
    '$name, all promises hold and all questions can end',
    ({ exploration }) => {
      const { deadEnds, hopeless, unlisted } = explore(exploration);

      expect({ deadEnds, hopeless, unlisted }).toEqual({
        deadEnds: [],
        hopeless: [],
        unlisted: [],
      });
    },
    60_000,
  );
});
