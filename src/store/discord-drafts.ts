import { eq, sql } from 'drizzle-orm';
import type { Failure } from '../../machines/failure.ts';
import type { RunId, UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { Database } from './database.ts';
import { discordDrafts } from './schema/discord.ts';
import { given, givenMoment, one, statement } from './statement.ts';
import { failureOf } from './store-error.ts';

/** The message that a run's answer takes the place of. */
export interface KeptDraft {
  readonly messageId: string;
  /** True for an earlier answer, false for a draft. */
  readonly isAnswer: boolean;
}

/** Which message shows each run's draft. Never rejects on what a database can do. */
export interface DiscordDrafts {
  /** The first one of a run stays. */
  keep(
    run: { readonly runId: RunId; readonly userId: UserId },
    draft: KeptDraft,
  ): Promise<Failure | undefined>;
  find(
    runId: string,
  ): Promise<
    | { readonly kind: 'read'; readonly draft: KeptDraft | undefined }
    | { readonly kind: 'failed'; readonly failure: Failure }
  >;
}

export function createDiscordDrafts(database: Database, clock: Clock): DiscordDrafts {
  return {
    async keep(run, draft) {
      try {
        await database.run(keepDraft, { ...run, ...draft, at: clock.now() });
        return undefined;
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
    async find(runId) {
      try {
        const [draft] = await database.run(draftOfRun, { runId });
        return { kind: 'read', draft };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
  };
}

const keepDraft = statement('discord_draft_keep', (db) => {
  const kept = db.$with('kept', {}).as(sql`
    insert into ${discordDrafts} (run_id, user_id, message_id, is_answer, created_at)
    values (${given('runId')}, ${given('userId')}, ${given('messageId')}, ${given('isAnswer')},
            ${givenMoment('at')})
    on conflict do nothing`);
  return db.with(kept).select({ n: sql<number>`n` }).from(one);
});

const draftOfRun = statement('discord_draft_find', (db) =>
  db
    .select({ messageId: discordDrafts.messageId, isAnswer: discordDrafts.isAnswer })
    .from(discordDrafts)
    .where(eq(discordDrafts.runId, given('runId'))),
);
