import { sql } from 'drizzle-orm';
import type { Db } from './connection.ts';
import { owners } from './schema/delivery.ts';
import { given, one, statement } from './statement.ts';

/** How it shows that a process is gone which answered questions here. */
export type Presence =
  /** Nobody else can be here: whoever was, is gone. */
  | 'alone'
  /** Each connection holds a lock of its process's number, which the server frees when the connection ends. */
  | 'locked'
  /** Its lease runs out: behind a pooler, connections are not a process's own. */
  | 'leased';

/** The first half of the locks' key, ours alone: "owns" in ASCII. */
const OWNER_LOCKS = 0x6f776e73;
/** The second half is an `int`; numbers so far apart are not in use at the same time. */
const MOST_LOCKS = 2 ** 31 - 1;

/** Shows on this connection, for as long as it lives, that process `owner` does. */
export async function showPresence(db: Db, owner: number): Promise<void> {
  await db.execute(
    sql`select pg_advisory_lock_shared(${OWNER_LOCKS}::int, ${owner % MOST_LOCKS}::int)`,
  );
}

/** Renews the lease of this process, and forgets those who are gone for long. Two parts of a statement. */
export const renewing = (db: Db) => [
  db.$with('renewed', {}).as(sql`
    insert into ${owners} (owner, lease_until, locks)
    values (${given('owner')}, now() + ${given('leaseMs')}::float8 * interval '1 millisecond',
            ${given('presence')} = 'locked')
    on conflict (owner) do update set lease_until = excluded.lease_until`),
  db.$with('forgotten', {}).as(sql`
    delete from ${owners} where owner <> ${given('owner')} and lease_until < now() - interval '1 day'`),
];

/** The processes that are not gone, as `alive(owner)`; this one is one of them. */
export const alive = (db: Db) =>
  db.$with('alive', {}).as(sql`
    select ${given('owner')}::int8 as owner
    union all
    select o.owner from ${owners} o
    where ${given('presence')} <> 'alone' and o.lease_until > now() and (not o.locks or exists (
      select from pg_locks l
      where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = ${sql.raw(String(OWNER_LOCKS))}
        and l.objid::int8 = o.owner % ${sql.raw(String(MOST_LOCKS))}
        and l.database = (select d.oid from pg_database d where d.datname = current_database())))`);

/** The living processes beside this one. */
export const countOthers = statement<{ readonly count: number }>('others_alive', (db) =>
  db
    .with(alive(db))
    .select({
      count: sql<number>`(select count(*)::int from alive where alive.owner <> ${given('owner')}::int8)`,
    })
    .from(one),
);
