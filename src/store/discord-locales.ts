import { eq, sql } from 'drizzle-orm';
import type { Failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import { isAlive } from './alive.ts';
import type { Database } from './database.ts';
import { discordLocales } from './schema/discord.ts';
import { given, givenMoment, one, statement } from './statement.ts';
import { failureOf } from './store-error.ts';

/** Which language each user had when they were seen last. Never rejects on what a database can do. */
export interface DiscordLocales {
  /** In the place of what was seen before. Does nothing when the user was forgotten since `at`, in milliseconds since 1970. */
  keep(seen: {
    readonly userId: UserId;
    readonly locale: string;
    readonly at: number;
  }): Promise<Failure | undefined>;
  /** `locale` is undefined for somebody who was never seen. */
  find(
    userId: UserId,
  ): Promise<
    | { readonly kind: 'read'; readonly locale: string | undefined }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
}

export function createDiscordLocales(database: Database): DiscordLocales {
  return {
    async keep(seen) {
      try {
        await database.run(keepLocale, { ...seen });
        return undefined;
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
    async find(userId) {
      try {
        const [row] = await database.run(localeOfUser, { userId });
        return { kind: 'read', locale: row?.locale };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
  };
}

/** It was seen in no channel of ours. */
const NOWHERE = sql`''::text`;

const keepLocale = statement('discord_locale_keep', (db) => {
  const kept = db.$with('kept', {}).as(sql`
    insert into ${discordLocales} (user_id, locale, seen_at)
    select ${given('userId')}::text, ${given('locale')}::text, ${givenMoment('at')}
    where ${isAlive(givenMoment('at'), { channelId: NOWHERE })}
    on conflict (user_id) do update set locale = excluded.locale, seen_at = excluded.seen_at`);
  return db.with(kept).select({ n: sql<number>`n` }).from(one);
});

const localeOfUser = statement('discord_locale_find', (db) =>
  db
    .select({ locale: discordLocales.locale })
    .from(discordLocales)
    .where(eq(discordLocales.userId, given('userId'))),
);
