import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { ChannelId, UserId } from '../../machines/ids.ts';
import type { CallOptions, Database } from './database.ts';
import { userChanges } from './schema/memories.ts';
import { always, given, one, statement } from './statement.ts';

/** What shall be forgotten of a user. */
export type Forget =
  /** What was learnt about the person: every memory. What was said stays. */
  | { readonly kind: 'memories' }
  /** All that was said in one channel and learnt there. */
  | { readonly kind: 'channel'; readonly channelId: ChannelId }
  /** All of it. What stays is how much was spent on which day, and that it was forgotten. */
  | { readonly kind: 'everything' };

/** What became of something that others may have in mind. */
export type ChangeOfUser =
  | Forget
  /** One memory was erased. */
  | { readonly kind: 'memory' }
  /** What was known before does not hold any more. */
  | { readonly kind: 'mind' };

/** What other processes erase and set. Each method rejects with `StoreError`. */
export interface Changes {
  /**
   * What others have erased or set since this was asked the last time, in order, each change once. What was there when it
   * is asked for the first time is not given: whoever asks has nothing in mind by then.
   */
  ofOthers(
    options?: CallOptions,
  ): Promise<readonly { readonly userId: UserId; readonly what: ChangeOfUser }[]>;
}

/** Transactions that end later than one that began after them are found all the same: none takes so long. */
const LOOK_BACK_MS = 30_000;

export function createChanges(database: Database, owner: () => number): Changes {
  let seen: ReadonlySet<number> | undefined;
  let from: number | null = null;
  return {
    async ofOthers(options) {
      const values = { owner: owner(), from, lookBackMs: LOOK_BACK_MS };
      const rows = await database.run(changesOfOthers, values, options);
      const found = rows.flatMap(({ seq, userId, about }) =>
        seq === null || userId === null || about === null ? [] : [{ seq, userId, about }],
      );
      const before = seen;
      seen = new Set(found.map(({ seq }) => seq));
      from = rows[0]?.now ?? from;
      if (before === undefined) return [];
      return found
        .filter(({ seq }) => !before.has(seq))
        .map(({ userId, about }) => ({ userId, what: changeIn(about) }));
    },
  };
}

const CHANNEL = 'channel:';

/** How a change is called in its row. */
export const aboutOf = (what: ChangeOfUser): string =>
  what.kind === 'channel' ? `${CHANNEL}${what.channelId}` : what.kind;

/** What a row is about. A word of a later version of this program counts as the most harmless. */
export function changeIn(about: string): ChangeOfUser {
  // Written by `aboutOf`, of an id that was checked.
  if (about.startsWith(CHANNEL)) {
    return { kind: 'channel', channelId: about.slice(CHANNEL.length) as ChannelId };
  }
  return about === 'everything' || about === 'memories' || about === 'memory'
    ? { kind: about }
    : { kind: 'mind' };
}

interface Change {
  readonly userId: UserId | Placeholder;
  readonly what: ChangeOfUser;
  readonly owner: number | Placeholder;
}

/** Notes a change, in the same transaction as the change itself: whoever sees the one sees the other. */
export const noteChange = ({ userId, what, owner }: Change): SQL => sql`
  insert into ${userChanges} (user_id, about, owner)
  select ${userId}::text, ${aboutOf(what)}::text, ${owner}::int8`;

/** Nobody is unaware of something for so long. */
export const dropOldChanges = sql`
  delete from ${userChanges} where at < now() - interval '7 days'`;

/** The number of the last change of the user `userId`; 0: nothing was changed lately. */
export const lastChange = sql<number>`coalesce((
  select max(c.seq) from ${userChanges} as c where c.user_id = ${given('userId')}), 0)`.mapWith(
  Number,
);

interface ChangeRow {
  readonly now: number;
  readonly seq: number | null;
  readonly userId: UserId | null;
  readonly about: string | null;
}

const changesOfOthers = statement<ChangeRow>('changes_of_others', (db) => {
  const found = db.$with('found').as(
    db
      .select({ seq: userChanges.seq, userId: userChanges.userId, about: userChanges.about })
      .from(userChanges)
      .where(
        sql`${userChanges.owner} <> ${given('owner')}::int8 and ${userChanges.at} >=
          coalesce(to_timestamp(${given('from')}::float8 / 1000), now())
            - ${given('lookBackMs')}::float8 * interval '1 millisecond'`,
      ),
  );
  return db
    .with(found)
    .select({
      now: sql`extract(epoch from now()) * 1000`.mapWith(Number),
      seq: found.seq,
      userId: found.userId,
      about: found.about,
    })
    .from(one)
    .leftJoin(found, always)
    .orderBy(found.seq);
});
