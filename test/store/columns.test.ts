import { afterAll, beforeAll, describe } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { parseDatabaseUrl } from '../../src/shared/database-url.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Connector, Db } from '../../src/store/connection.ts';
import { createDatabase, type Database } from '../../src/store/database.ts';
import { memoryConnector } from '../../src/store/embedded-connection.ts';
import { postgresConnector } from '../../src/store/postgres-connection.ts';
import { freshDatabase } from '../support/postgres.ts';
import { MAKE_TABLE, readsColumns } from './columns.contract.ts';

const clock = systemClock;
const deadlineMs = 30_000;

const prepare = async (db: Db): Promise<void> => {
  await db.execute(MAKE_TABLE);
};

const implementations = [
  { name: 'the embedded database', connect: connectEmbedded },
  { name: 'PostgreSQL', connect: () => connectPostgres('') },
  { name: 'PostgreSQL behind a pooler', connect: () => connectPostgres('?pgbouncer=true') },
];

describe.each(implementations)('a statement in $name', { timeout: 60_000 }, ({ connect }) => {
  let database: Database | undefined;
  let dispose: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const { connector, drop } = await connect();
    database = createDatabase({ connector, clock, log: silentLog, deadlineMs, name: 'It' });
    dispose = drop;
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    await dispose?.();
  });

  readsColumns(() => {
    if (database === undefined) throw new Error('the database is not open yet');
    return database;
  });
});

interface Connected {
  readonly connector: Connector;
  drop(): Promise<void>;
}

function connectEmbedded(): Promise<Connected> {
  const connector = memoryConnector({ clock, prepare, whileOpening: () => {} });
  return Promise.resolve({ connector, drop: () => Promise.resolve() });
}

async function connectPostgres(query: string): Promise<Connected> {
  const { url, drop } = await freshDatabase('empty');
  const read = parseDatabaseUrl(url + query);
  if (!read.ok) throw new Error(read.problem);
  const enter = (): Promise<void> => Promise.resolve();
  const options = { target: read.target, clock, max: 2, deadlineMs, prepare, enter };
  return { connector: postgresConnector(options), drop };
}
