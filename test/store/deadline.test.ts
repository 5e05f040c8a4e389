import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pg-proxy';
import { expect, it } from 'vitest';
import type { Connection, Connector } from '../../src/store/connection.ts';
import { createDatabase } from '../../src/store/database.ts';
import { searchPast } from '../../src/store/past-search.ts';
import { one, statement } from '../../src/store/statement.ts';
import { simulatedClock } from '../../src/testing/clock.ts';
import { recordedLog } from '../../src/testing/recorded-log.ts';
import { aQuestion, aRun } from '../support/store-builders.ts';

/** Connections over which nothing ever comes back. */
function aSilentServer() {
  const opened: Connection[] = [];
  const connector: Connector = {
    kind: 'postgres',
    max: 1,
    open() {
      let isLost = false;
      const connection: Connection = {
        db: drizzle(() => new Promise(() => {})),
        query: () => new Promise(() => {}),
        isLost: () => isLost,
        onLost: undefined,
        destroy() {
          isLost = true;
        },
        close: () => Promise.resolve(),
      };
      opened.push(connection);
      return Promise.resolve(connection);
    },
    close: () => Promise.resolve(),
  };
  return { connector, opened };
}

const unanswered = statement('unanswered', (db) => db.select({ n: sql<number>`n` }).from(one));

it('a call that is not answered is refused at its deadline, and the connection it hung on is lent to nobody', async () => {
  const { connector, opened } = aSilentServer();
  const clock = simulatedClock();
  const options = { connector, clock, log: recordedLog(), deadlineMs: 8_000, name: 'The server' };
  const database = createDatabase(options);
  let refusal: unknown;
  void database.run(unanswered, {}).catch((error: unknown) => {
    refusal = error;
  });

  await clock.advance(7_999);
  expect(refusal).toBeUndefined();
  await clock.advance(1);

  expect(refusal).toMatchObject({ failure: { kind: 'storage', transient: true } });
  expect(opened[0]?.isLost()).toBe(true);
  await database.close();
});

it('a search of the past that is not answered lets go of a caller who leaves', async () => {
  const { connector } = aSilentServer();
  const clock = simulatedClock();
  const options = { connector, clock, log: recordedLog(), deadlineMs: 8_000, name: 'The server' };
  const database = createDatabase(options);
  const leaving = new AbortController();
  const { runId, userId } = aRun(aQuestion());
  const readers = { runId, channels: [] };
  const { signal } = leaving;

  const search = searchPast(database, { userId }, { query: 'tea', limit: 1, readers, signal });
  leaving.abort();

  await expect(search).rejects.toMatchObject({ failure: { kind: 'aborted' } });
  await database.close();
});
