import { eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { promptCopies } from './schema/prompts.ts';
import { given, givenMoment, statement } from './statement.ts';

export interface PromptCopyRow {
  readonly version: string;
  readonly content: string;
}

/** The last good copy of each prompt that comes from elsewhere. Each method rejects with `StoreError`. */
export interface PromptCopies {
  read(prompt: string): Promise<PromptCopyRow | undefined>;
  write(prompt: string, copy: PromptCopyRow & { readonly at: number }): Promise<void>;
}

export const createPromptCopies = (database: Database): PromptCopies => ({
  async read(prompt) {
    const [row] = await database.run(readCopy, { prompt });
    return row;
  },
  async write(prompt, { version, content, at }) {
    await database.run(writeCopy, { prompt, version, content, at });
  },
});

const readCopy = statement('prompt_read', (db) =>
  db
    .select({ version: promptCopies.version, content: promptCopies.content })
    .from(promptCopies)
    .where(eq(promptCopies.prompt, given('prompt'))),
);

const writeCopy = statement('prompt_write', (db) =>
  db
    .insert(promptCopies)
    .values({
      prompt: sql`${given('prompt')}`,
      version: sql`${given('version')}`,
      content: sql`${given('content')}`,
      fetchedAt: sql`${givenMoment('at')}`,
    })
    .onConflictDoUpdate({
      target: promptCopies.prompt,
      set: {
        version: sql`excluded.version`,
        content: sql`excluded.content`,
        fetchedAt: sql`excluded.fetched_at`,
      },
    })
    .returning({ prompt: promptCopies.prompt }),
);
