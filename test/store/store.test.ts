import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Db } from '../../src/store/connection.ts';
import { memoryConnector } from '../../src/store/embedded-connection.ts';
import { openStore, openStoreOver, type Store } from '../../src/store/store.ts';
import { freshDatabase } from '../support/postgres.ts';
import { runSql } from '../support/postgres-admin.ts';
import { keepsArchive } from './archive.contract.ts';
import { servesCallers } from './caller.contract.ts';
import { keepsConfirmations } from './confirmations.contract.ts';
import { repeatsWhatConflicts } from './conflicts.contract.ts';
import { keepsFiles } from './files.contract.ts';
import { forgets } from './forgetting.contract.ts';
import { keepsGateways } from './gateways.contract.ts';
import { keepsInbox } from './inbox.contract.ts';
import { canBeInspected } from './inspection.contract.ts';
import { keepsMemories } from './memories.contract.ts';
import { keepsOutbox } from './outbox.contract.ts';
import { recallsThePast } from './past.contract.ts';
import { keepsPlaces } from './places.contract.ts';
import { keepsForAWhile } from './retention.contract.ts';
import { runsBegin } from './run-begin.contract.ts';
import { runsEnd } from './run-end.contract.ts';
import { keepsSteps } from './run-steps.contract.ts';
import { underTest } from './store-under-test.ts';

interface Opened {
  readonly store: Store;
  sql(statement: string): Promise<unknown>;
  dispose(): Promise<void>;
}

const implementations = [
  { name: 'the embedded database', open: openEmbedded },
  { name: 'PostgreSQL', open: openPostgres },
];

describe.each(implementations)('a store in $name', { timeout: 60_000 }, ({ open }) => {
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.dispose());

  const house = underTest(() => {
    if (opened === undefined) throw new Error('the store is not open yet');
    return opened.store;
  });
  runsBegin(house);
  keepsSteps(house);
  keepsConfirmations(house);
  runsEnd(house);
  keepsInbox(house);
  keepsOutbox(house);
  keepsGateways(house);
  canBeInspected(house);
  keepsArchive(house);
  keepsPlaces(house);
  keepsFiles(house);
  recallsThePast(house);
  keepsForAWhile(house);
  keepsMemories(house);
  forgets(house);
  servesCallers(house);
  repeatsWhatConflicts(house, async (statement) => opened?.sql(statement));
});

async function openEmbedded(): Promise<Opened> {
  let db: Db | undefined;
  const store = await openStoreOver(
    async (settings) => {
      const prepare = (opened: Db): Promise<void> => {
        db = opened;
        return settings.prepare(opened);
      };
      return {
        connector: memoryConnector({ ...settings, prepare }),
        name: 'The database in memory',
      };
    },
    { remembers: true },
  );
  return {
    store,
    sql: async (statement) => db?.execute(sql.raw(statement)),
    dispose: () => store.close(),
  };
}

async function openPostgres(): Promise<Opened> {
  const database = await freshDatabase();
  const place = { kind: 'postgres', url: database.url } as const;
  const store = await openStore({ place, remembers: true });
  return {
    store,
    sql: (statement) => runSql(database.url, statement),
    async dispose() {
      await store.close();
      await database.drop();
    },
  };
}
