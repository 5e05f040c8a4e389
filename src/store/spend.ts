import { and, eq } from 'drizzle-orm';
import type { UserId } from '../../machines/ids.ts';
import type { CallOptions, Database } from './database.ts';
import { usageDays } from './schema/runs.ts';
import { given, statement } from './statement.ts';

/** What a user has spent on a day. */
export interface Spend {
  readonly tokens: number;
  readonly costMicroUsd: number;
}

const spendOfDay = statement('spend_of_day', (db) =>
  db
    .select({ tokens: usageDays.tokens, costMicroUsd: usageDays.costMicroUsd })
    .from(usageDays)
    .where(and(eq(usageDays.userId, given('userId')), eq(usageDays.day, given('day')))),
);

/** Rejects with `StoreError`. */
export async function loadSpend(
  database: Database,
  { userId, day }: { readonly userId: UserId; readonly day: string },
  options?: CallOptions,
): Promise<Spend> {
  const [row] = await database.run(spendOfDay, { userId, day }, options);
  return row ?? { tokens: 0, costMicroUsd: 0 };
}

/** The day budgets count by, `YYYY-MM-DD` in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
