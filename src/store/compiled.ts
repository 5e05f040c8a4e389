import { Column, is, Param, Placeholder, SQL } from 'drizzle-orm';
import {
  PgDatabase,
  PgDialect,
  PgJsonb,
  PgPreparedQuery,
  PgSession,
  type PreparedQueryConfig,
} from 'drizzle-orm/pg-core';
import { isRecord } from '../shared/parse.ts';
import { cleanText } from './clean-text.ts';
import type { Columns, Db, Value } from './connection.ts';

/** What a statement's placeholders are filled with. Texts are cleaned on their way. */
export type Values = Readonly<Record<string, Value>>;

/** A query as drizzle builds it. */
export interface Buildable<Row> {
  prepare(name: string): { execute(values?: Record<string, unknown>): Promise<Row[]> };
}

/** A statement ready to be sent: its text, what goes in and what comes out. */
export interface Compiled<Row> {
  readonly text: string;
  /** In the order of the text's `$1`, `$2`, … Throws when one is missing. */
  readonly valuesFrom: (values: Values) => readonly Value[];
  readonly rowOf: (columns: Columns) => Row;
}

/** Built by drizzle from the tables as they are in schema/, so that the two cannot part; sent without its help. */
export function compile<Row>(name: string, build: (db: Db) => Buildable<Row>): Compiled<Row> {
  const built = build(compiler).prepare(name);
  if (!(built instanceof BuiltQuery)) throw new Error(`${name} was not built by this compiler.`);
  const { sql, params } = built.getQuery();
  const { text, places } = withoutRepetition(sql, params.map(placeOf));
  return {
    text,
    valuesFrom: (values) => places.map((place) => valueAt(place, values, name)),
    rowOf: readerOf<Row>(built.fields ?? []),
  };
}

type Fields = readonly { readonly path: readonly string[]; readonly field: unknown }[];

/** What drizzle knows when it is about to send a query. */
class BuiltQuery<T extends PreparedQueryConfig> extends PgPreparedQuery<T> {
  readonly fields: Fields | undefined;

  constructor(query: { readonly sql: string; readonly params: unknown[] }, fields?: Fields) {
    super(query, undefined, undefined);
    this.fields = fields;
  }

  execute(): Promise<never> {
    return Promise.reject(new Error('A statement is sent over a connection, not by drizzle.'));
  }
}

class Compiler extends PgSession {
  prepareQuery<T extends PreparedQueryConfig>(
    query: { sql: string; params: unknown[] },
    fields: Fields | undefined,
  ): PgPreparedQuery<T> {
    return new BuiltQuery<T>(query, fields);
  }

  transaction(): Promise<never> {
    return Promise.reject(new Error('A statement is no transaction.'));
  }
}

const dialect = new PgDialect();
const compiler: Db = new PgDatabase(dialect, new Compiler(dialect), undefined);

/** What stands at a `$n`: a value known now, or the name of one that is filled in at each call. */
type Place = { readonly name: string } | { readonly value: Value };

function placeOf(param: unknown): Place {
  if (is(param, Placeholder)) return { name: param.name };
  // A value of a column, which may have a form of its own on the way to the database.
  if (is(param, Param) && is(param.value, Placeholder)) {
    throw new Error(`Write sql\`\${given('${param.value.name}')}\`: a column would encode it.`);
  }
  if (isValue(param)) return { value: param };
  throw new Error('A statement has a value in it that is neither text, number, boolean nor null.');
}

const isValue = (value: unknown): value is Value =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** Drizzle counts a placeholder anew each time it stands in the text; sent and planned once, it costs once. */
function withoutRepetition(sql: string, all: readonly Place[]) {
  const places: Place[] = [];
  const numbers = new Map<string, number>();
  const text = sql.replace(/\$(\d+)/g, (_, nth: string) => {
    const place = all[Number(nth) - 1];
    if (place === undefined) throw new Error(`No value stands at $${nth}.`);
    const known = 'name' in place ? numbers.get(place.name) : undefined;
    const number = known ?? places.push(place);
    if ('name' in place) numbers.set(place.name, number);
    return `$${number}`;
  });
  return { text, places };
}

function valueAt(place: Place, values: Values, statement: string): Value {
  if ('value' in place) return place.value;
  const value = values[place.name];
  if (value === undefined) throw new Error(`${statement} was given no value for ${place.name}.`);
  return typeof value === 'string' ? cleanText(value) : value;
}

function readerOf<Row>(fields: Fields): (columns: Columns) => Row {
  const readers = fields.map(({ path, field }) => {
    const [name, ...deeper] = path;
    if (name === undefined || deeper.length > 0) throw new Error('A row is flat.');
    return { name, decode: decoderOf(field) };
  });
  return (columns) => {
    const row: Record<string, unknown> = {};
    for (let nth = 0; nth < readers.length; nth++) {
      const reader = readers[nth];
      const value = columns[nth];
      if (reader === undefined) continue;
      row[reader.name] = value === null ? null : reader.decode(value);
    }
    // Drizzle derives a row's type from the very fields that it is read by here; the compiler cannot follow.
    return row as Row;
  };
}

type Decode = (value: unknown) => unknown;

function decoderOf(field: unknown): Decode {
  // Parsed already: drizzle would parse a text in it once more.
  if (is(field, PgJsonb)) return asIs;
  if (is(field, Column)) return (value) => field.mapFromDriverValue(value);
  const sql: unknown = is(field, SQL.Aliased) ? field.sql : field;
  // Not in drizzle's types: what `mapWith` was told.
  const decoder: unknown = is(sql, SQL) && 'decoder' in sql ? sql.decoder : undefined;
  if (!isRecord(decoder)) throw new Error('Drizzle does not say how a column is read.');
  const { mapFromDriverValue: decode } = decoder;
  if (typeof decode !== 'function') throw new Error('Drizzle does not say how a column is read.');
  return (value) => decode.call(decoder, value);
}

const asIs: Decode = (value) => value;
