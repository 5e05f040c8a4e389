import { sql } from 'drizzle-orm';
import { pgPolicy, timestamp } from 'drizzle-orm/pg-core';

/** A point in time, to the millisecond. */
export const moment = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/**
 * A second fence for tables that the house itself works through: where a statement is sent on behalf of one user (`runAs`),
 * it is sent as the role that this binds.
 */
export const ownRowsForUsers = (name: string) =>
  pgPolicy(name, {
    for: 'all',
    using: sql`current_user <> 'troupe_user' or user_id = current_setting('app.user_id', true)`,
    withCheck: sql`current_user <> 'troupe_user' or user_id = current_setting('app.user_id', true)`,
  });
