import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  integer,
  jsonb,
  pgTable,
  real,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { expect, it } from 'vitest';
import type { Values } from '../../src/store/compiled.ts';
import type { Database } from '../../src/store/database.ts';
import { moment } from '../../src/store/schema/columns.ts';
import { given, givenMoment, one, statement } from '../../src/store/statement.ts';

/** A table with a column of every type that ours have; bytes travel as texts. */
export const MAKE_TABLE = sql`create table every_type (
  id uuid, words text, number integer, large bigint, short real, yes boolean,
  at timestamptz(3), day date, body jsonb)`;

const everyType = pgTable('every_type', {
  id: uuid(),
  words: text(),
  number: integer(),
  large: bigint({ mode: 'number' }),
  short: real(),
  yes: boolean(),
  at: moment('at'),
  day: date({ mode: 'string' }),
  body: jsonb(),
});

const keep = statement('keep', (db) =>
  db
    .insert(everyType)
    .values({
      id: sql`${given('id')}`,
      words: sql`${given('words')}`,
      number: sql`${given('number')}`,
      large: sql`${given('large')}`,
      short: sql`${given('short')}`,
      yes: sql`${given('yes')}`,
      at: givenMoment('at'),
      day: sql`${given('day')}`,
      body: sql`${given('body')}::jsonb`,
    })
    .returning(),
);

const NOTHING = {
  id: null,
  words: null,
  number: null,
  large: null,
  short: null,
  yes: null,
  at: null,
  day: null,
  body: null,
};

/** What goes into a database comes out of it. */
export function readsColumns(database: () => Database): void {
  const kept = async (values: Values): Promise<unknown> => {
    const [row] = await database().run(keep, { ...NOTHING, ...values });
    return row;
  };

  it('reads each type of column as what was written, and nothing as null', async () => {
    const written = {
      id: '0b5c7f6e-9a52-4b1e-8c57-0d6f3a1e2b4c',
      words: '',
      number: 2_147_483_647,
      large: -Number.MAX_SAFE_INTEGER,
      short: 0.5,
      yes: false,
      day: '2026-02-28',
    };
    const at = Date.UTC(1969, 11, 31, 23, 59, 59, 7);

    expect(await kept({ ...written, at, body: '{"a":[1,{"b":null}]}' })).toEqual({
      ...written,
      at: new Date(at),
      body: { a: [1, { b: null }] },
    });
    expect(await kept({})).toEqual(NOTHING);
  });

  it.each([
    `it's "quoted" \\ and \\n not a line`,
    'lines\r\n\tand tabs',
    'zażółć gęślą jaźń — 你好 👩‍👩‍👧',
    '$1 %s {} null',
    // More than is read at once.
    Array.from({ length: 20_000 }, (_, n) => n).join(' '),
  ])('keeps a text letter by letter, alone and within JSON: %.20s', async (words) => {
    const body = { [words.slice(0, 50)]: [words] };

    expect(await kept({ words, body: JSON.stringify(body) })).toMatchObject({ words, body });
  });

  it('keeps what a database cannot hold of a text as near to it as it can', async () => {
    expect(await kept({ words: 'no\0thing, ha\ud83dlf' })).toMatchObject({
      words: 'nothing, ha\ufffdlf',
    });
  });

  it.each([
    ['null', null],
    ['a text', 'plain "text"'],
    ['a text that looks like JSON', '{"a":1}'],
    ['a text that looks like a number', '123'],
    ['a number', 12.5],
    ['an array', [1, 'two', null, []]],
    ['an empty object', {}],
  ])('reads JSON that is %s as that', async (_, body) => {
    expect(await kept({ body: JSON.stringify(body) })).toMatchObject({ body });
  });

  it('reads what no column stands for as its expression says', async () => {
    const reckoned = statement('reckoned', (db) =>
      db
        .select({
          twice: sql<string>`${given('name')}::text || ${given('other')}::text || ${given('name')}`,
          sum: sql`sum(n)`.mapWith(Number),
          isOne: sql<boolean>`n = 1`,
          list: sql<unknown>`jsonb_build_array(n, ${given('other')}::text)`,
        })
        .from(one)
        .groupBy(sql`n`),
    );

    expect(await database().run(reckoned, { name: 'ab', other: '-' })).toEqual([
      { twice: 'ab-ab', sum: 1, isOne: true, list: [1, '-'] },
    ]);
  });

  it('refuses a statement a value of which was forgotten, by name and without the others', async () => {
    const { words: _, ...others } = NOTHING;

    const thrown = database().run(keep, { ...others, body: '"secret"' });

    await expect(thrown).rejects.toThrow('keep was given no value for words.');
  });
}
