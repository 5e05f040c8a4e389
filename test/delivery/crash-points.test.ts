import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LastingDatabase, lastingDatabase } from '../support/crash/database.ts';
import { live } from '../support/crash/world.ts';

const ALL_IS_WELL = { answered: 3, excused: 0, lost: 0, partial: 0, doubled: 0, repeated: [] };

describe('three questions of two people', { timeout: 120_000 }, () => {
  let database: LastingDatabase;
  beforeAll(async () => {
    database = await lastingDatabase();
  });
  afterAll(() => database.close());

  it('are answered once each by a process that lives, which does the same things each time', async () => {
    const first = await live(database, []);
    const second = await live(database, []);

    expect(first).toMatchObject(ALL_IS_WELL);
    expect(second).toEqual(first);
  });

  it('are answered once each whichever deed the process dies after, and nothing that was kept is done again', async () => {
    const [deeds = 0] = (await live(database, [])).deeds;
    expect(deeds).toBeGreaterThan(20);

    for (let point = 1; point <= deeds; point++) {
      const ending = await live(database, [point]);
      expect(ending, ending.story.join('\n')).toMatchObject(ALL_IS_WELL);
      expect(ending.deeds).toEqual([point, expect.any(Number)]);
    }
  });
});
