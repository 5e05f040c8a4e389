import { eq, sql } from 'drizzle-orm';
import type { CallOptions, Database } from './database.ts';
import { sandboxes } from './schema/files.ts';
import { given, givenMoment, statement } from './statement.ts';

/** Machines elsewhere that a house pays for. Each method rejects with `StoreError`. */
export interface Sandboxes {
  add(sandbox: { readonly id: string; readonly house: string; readonly at: number }): Promise<void>;
  remove(id: string): Promise<void>;
  /** All that this house has added and not removed. */
  list(house: string, options?: CallOptions): Promise<readonly string[]>;
}

export const createSandboxes = (database: Database): Sandboxes => ({
  async add({ id, house, at }) {
    await database.run(addSandbox, { id, house, at });
  },
  async remove(id) {
    await database.run(removeSandbox, { id });
  },
  async list(house, options) {
    const rows = await database.run(sandboxesOf, { house }, options);
    return rows.map(({ id }) => id);
  },
});

const addSandbox = statement('sandbox_add', (db) =>
  db
    .insert(sandboxes)
    .values({
      sandboxId: sql`${given('id')}`,
      house: sql`${given('house')}`,
      madeAt: sql`${givenMoment('at')}`,
    })
    .onConflictDoNothing()
    .returning({ id: sandboxes.sandboxId }),
);

const removeSandbox = statement('sandbox_remove', (db) =>
  db
    .delete(sandboxes)
    .where(eq(sandboxes.sandboxId, given('id')))
    .returning({ id: sandboxes.sandboxId }),
);

const sandboxesOf = statement('sandboxes_of', (db) =>
  db
    .select({ id: sandboxes.sandboxId })
    .from(sandboxes)
    .where(eq(sandboxes.house, given('house'))),
);
