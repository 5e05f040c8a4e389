import type { PGlite } from '@electric-sql/pglite';
import { PGlite as EmbeddedPostgres } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Log } from '../../../src/shared/log.ts';
import type { Columns, Connection, Connector } from '../../../src/store/connection.ts';
import { bringUpToDate } from '../../../src/store/migrations.ts';
import { openStoreOver, type Store } from '../../../src/store/store.ts';
import type { Life } from './life.ts';

/** A real PostgreSQL in memory that outlives the processes that use it. */
export interface LastingDatabase {
  /** Opens the store as a process does that has just been started. */
  open(life: Life, log: Log): Promise<Store>;
  rows(sql: string): Promise<readonly unknown[]>;
  /** As if nobody had ever used it; its tables stay. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function lastingDatabase(): Promise<LastingDatabase> {
  const database = await EmbeddedPostgres.create();
  await bringUpToDate(drizzle({ client: database }));
  const tables = await database.query<{ readonly name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  const names = tables.rows.map(({ name }) => name).join(', ');
  return {
    open: (life, log) =>
      openStoreOver(
        ({ prepare }) =>
          Promise.resolve({ connector: connectorTo(database, life, prepare), name: 'It' }),
        { clock: life.clock, log },
      ),
    rows: async (sql) => (await database.query(sql)).rows,
    async empty() {
      await database.exec(`truncate ${names}`);
    },
    close: () => database.close(),
  };
}

function connectorTo(
  database: PGlite,
  life: Life,
  prepare: (db: Connection['db']) => Promise<void>,
): Connector {
  return {
    kind: 'memory',
    max: 1,
    async open() {
      const client = mortal(database, life);
      const db = drizzle({ client });
      await prepare(db);
      let isLost = false;
      const lose = (): void => {
        isLost = true;
      };
      return {
        db,
        query: async (sql, values) =>
          (await client.query<Columns>(sql, [...values], { rowMode: 'array' })).rows,
        isLost: () => isLost,
        onLost: undefined,
        destroy: lose,
        close: () => Promise.resolve(lose()),
      };
    },
    close: () => Promise.resolve(),
  };
}

const WRITES = /\b(insert\s+into|update|delete\s+from)\s+"?(\w+)/i;

/** What drizzle uses of a PGlite, as far as this life reaches. */
function mortal(database: PGlite, life: Life): PGlite {
  const client: Pick<PGlite, 'query' | 'transaction'> = {
    query(sql, params, options) {
      const work = () => database.query<never>(sql, params, options);
      const written = WRITES.exec(sql)?.[2];
      return written === undefined ? life.look(work) : life.deed(`writes ${written}`, work);
    },
    // Only migrations are in several steps: they are not what is looked at here.
    transaction: (work) => life.look(() => database.transaction(work)),
  };
  // PGlite is a class with private parts, so nothing else can be one; drizzle calls the two above only.
  return client as PGlite;
}
