import { eq, sql } from 'drizzle-orm';
import type { Failure } from '../../machines/failure.ts';
import type { UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { Database } from './database.ts';
import { discordThreads } from './schema/discord.ts';
import { given, givenMoment, one, statement } from './statement.ts';
import { failureOf } from './store-error.ts';

/** For whom each thread was opened, by Discord's own id of it. Never rejects on what a database can do. */
export interface DiscordThreads {
  /** The first one of a thread stays. */
  keep(thread: {
    readonly threadId: string;
    readonly userId: UserId;
  }): Promise<Failure | undefined>;
  /** `userId` is undefined for a thread that was not opened for anybody. */
  find(
    threadId: string,
  ): Promise<
    | { readonly kind: 'read'; readonly userId: UserId | undefined }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
}

export function createDiscordThreads(database: Database, clock: Clock): DiscordThreads {
  return {
    async keep(thread) {
      try {
        await database.run(keepThread, { ...thread, at: clock.now() });
        return undefined;
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
    async find(threadId) {
      try {
        const [row] = await database.run(threadById, { threadId });
        return { kind: 'read', userId: row?.userId };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
  };
}

const keepThread = statement('discord_thread_keep', (db) => {
  const kept = db.$with('kept', {}).as(sql`
    insert into ${discordThreads} (thread_id, user_id, created_at)
    values (${given('threadId')}, ${given('userId')}, ${givenMoment('at')})
    on conflict do nothing`);
  return db.with(kept).select({ n: sql<number>`n` }).from(one);
});

const threadById = statement('discord_thread_find', (db) =>
  db
    .select({ userId: discordThreads.userId })
    .from(discordThreads)
    .where(eq(discordThreads.threadId, given('threadId'))),
);
