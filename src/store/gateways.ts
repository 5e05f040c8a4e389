import { desc, eq, like, sql } from 'drizzle-orm';
import type { Failure } from '../../machines/failure.ts';
import type { Db } from './connection.ts';
import type { CallOptions, Database } from './database.ts';
import { gateways } from './schema/delivery.ts';
import { given, one, statement } from './statement.ts';
import { failureOf } from './store-error.ts';

/** How far the events of a platform have been taken up. */
export interface Progress {
  readonly position: number;
  /** The last position whose event was not too old to be answered. */
  readonly inTime: number;
}

/** How far one stream of a platform has been taken up. */
export interface StreamProgress extends Progress {
  readonly stream: string;
}

/** Where the events of each platform go on after a restart. Questions move it when they are accepted or declined. */
export interface Gateways {
  /** Undefined for a platform that was never heard. Rejects with `StoreError`. */
  read(platform: string, options?: CallOptions): Promise<Progress | undefined>;
  /** The streams of a platform, `<platform>:<name>`, the last moved first. Rejects with `StoreError`. */
  streams(
    platform: string,
    limit: number,
    options?: CallOptions,
  ): Promise<readonly StreamProgress[]>;
  /**
   * Leaves an event behind that holds no question: `inTime` stays. Positions never go back. Never rejects on what a
   * database can do.
   */
  advance(platform: string, position: number, options?: CallOptions): Promise<'advanced' | Failure>;
}

export function createGateways(database: Database): Gateways {
  return {
    async read(platform, options) {
      const [row] = await database.run(readProgress, { platform }, options);
      return row;
    },
    streams: (platform, limit, options) =>
      database.run(readStreams, { pattern: `${platform}:%`, limit }, options),
    async advance(platform, position, options) {
      try {
        await database.run(advanceTo, { platform, position, isLate: true }, options);
        return 'advanced';
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
  };
}

const readProgress = statement('gateway_read', (db) =>
  db
    .select({ position: gateways.position, inTime: gateways.inTime })
    .from(gateways)
    .where(eq(gateways.platform, given('platform'))),
);

const readStreams = statement('gateway_streams', (db) =>
  db
    .select({
      stream: gateways.platform,
      position: gateways.position,
      inTime: gateways.inTime,
    })
    .from(gateways)
    .where(like(gateways.platform, given('pattern')))
    .orderBy(desc(gateways.position))
    .limit(given('limit')),
);

const advanceTo = statement('gateway_advance', (db) => {
  const moved = moving(db);
  return db.with(moved).select({ n: sql<number>`n` }).from(one);
});

/** Moves `platform` on to `position`, unless they are null. */
export const moving = (db: Db) =>
  db.$with('moved', {}).as(sql`
    insert into ${gateways} (platform, position, in_time)
    select m.platform, m.position, case when m.late then 0 else m.position end
    from (values (${given('platform')}::text, ${given('position')}::int8, ${given('isLate')}::boolean))
      as m(platform, position, late)
    where m.platform is not null
    on conflict (platform) do update set
      position = greatest(gateways.position, excluded.position),
      in_time = greatest(gateways.in_time, excluded.in_time)`);
