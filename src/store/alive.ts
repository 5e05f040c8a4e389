import { type SQL, sql } from 'drizzle-orm';
import { forgotten } from './schema/memories.ts';
import { given } from './statement.ts';

/**
 * False for what was said before its user asked that it be forgotten: a statement with this in it writes nothing of it any
 * more. Needs `userId` and `channelId` as values. Whoever forgets locks the table for a moment (forgetting.ts), so a
 * statement either ended before, and its rows are erased, or it finds the request.
 */
export const isAlive = (saidAt: SQL, channelId: SQL = sql`${given('channelId')}::text`): SQL =>
  isRemembered(saidAt, sql`'everything', 'channel:' || ${channelId}`);

/** Likewise, and false also for what may not become a memory any more. */
export const mayBeRemembered = (saidAt: SQL, channelId: SQL): SQL =>
  isRemembered(saidAt, sql`'everything', 'memories', 'channel:' || ${channelId}`);

const isRemembered = (saidAt: SQL, about: SQL): SQL => sql`not exists (
  select from ${forgotten} as f
  where f.user_id = ${given('userId')} and f.about in (${about}) and f.at >= ${saidAt})`;
