import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { parseDatabaseUrl } from '../../src/shared/database-url.ts';
import { silentLog } from '../../src/shared/log.ts';
import { createDatabase, type Database } from '../../src/store/database.ts';
import { postgresConnector } from '../../src/store/postgres-connection.ts';
import { given, givenMoment, statement } from '../../src/store/statement.ts';
import { someone } from '../support/store-builders.ts';
import { aDatabase, later, NOTHING, open, query, read } from './postgres-kit.ts';

/** As a newer version of the program does while an older one is at work. */
const alter = (url: string, change: string) => query(url, `alter table ${change}`);

it('a statement whose plan no longer fits its tables is planned anew, and nobody notices', async () => {
  const { url } = await aDatabase();
  const store = await open(url, { maxConnections: 1 });
  await read(store);

  await alter(url, 'usage_days alter column tokens type numeric');

  expect(await read(store)).toEqual(NOTHING);
}, 60_000);

it('a statement whose plan no longer fits is run again as the user on whose behalf it was sent', async () => {
  const { url } = await aDatabase('empty');
  await query(
    url,
    `create table notes (words text); insert into notes values ('mine'); grant select on notes to public`,
  );
  const database = connectedTo(url);
  const userId = someone();
  const notes = () => database.runAs(userId, { what: notesAndReader, values: { limit: 1 } });
  const expected = [{ words: 'mine', reader: userId }];
  expect(await notes()).toEqual(expected);

  await alter(url, 'notes alter column words type varchar');

  expect(await notes()).toEqual(expected);
}, 60_000);

it('a statement whose plan no longer fits is run again with the values it was given', async () => {
  const { url } = await aDatabase('empty');
  await query(url, `create table notes (words text); insert into notes values ('mine')`);
  const database = connectedTo(url);
  const values = { yes: true, no: false, one: 1, moment: 1_000, json: '{"a":"\\"b"}', words: 'é' };
  const send = () => database.run(notesAndValues, values);
  const before = await send();
  expect(before).toMatchObject([{ words: 'mine', yes: true, no: false, moment: 1 }]);

  await alter(url, 'notes alter column words type varchar');

  expect(await send()).toEqual(before);
}, 60_000);

const notesAndValues = statement('notes_and_values', (db) =>
  db
    .select({
      words: sql<string>`words`,
      yes: sql<boolean>`${given('yes')}::bool`,
      no: sql<boolean>`${given('no')}::bool`,
      one: sql<number>`${given('one')}::int`,
      moment: sql<number>`extract(epoch from ${givenMoment('moment')})::int`,
      json: sql`${given('json')}::jsonb`,
      said: sql<string>`${given('words')}::text`,
    })
    .from(sql`notes`),
);

const notesAndReader = statement('notes_and_reader', (db) =>
  db
    .select({
      words: sql<string>`words`,
      reader: sql<string>`current_setting('app.user_id', true)`,
    })
    .from(sql`notes`)
    .limit(given('limit')),
);

/** One session, so that what it has planned is what it runs. */
function connectedTo(url: string): Database {
  const parsed = parseDatabaseUrl(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  const nothing = (): Promise<void> => Promise.resolve();
  const deadlineMs = 30_000;
  const clock = systemClock;
  const connector = postgresConnector({
    target: parsed.target,
    clock,
    max: 1,
    deadlineMs,
    prepare: nothing,
    enter: nothing,
  });
  const options = { connector, clock, log: silentLog, deadlineMs, name: 'It' };
  return later(createDatabase(options), (database) => database.close());
}
