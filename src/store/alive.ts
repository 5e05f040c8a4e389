import { type SQL, sql } from 'drizzle-orm';
import { forgotten } from './schema/memories.ts';
import { given } from './statement.ts';

/**
 * False for what was said before its user asked that it be forgotten: a statement with this in it writes nothing of it any
 * more. Whose it is and where it was said are values of the statement unless told otherwise. Whoever forgets locks the table for a moment (forgetting.ts), so a
 * statement either ended before, and its rows are erased, or it finds the request.
 */
export const isAlive = (saidAt: SQL, { channelId, userId }: Where = {}): SQL =>
  isRemembered(saidAt, {
    about: sql`'everything', 'channel:' || ${channelId ?? sql`${given('channelId')}::text`}`,
    userId,
  });

/** Likewise, and false also for what may not become a memory any more. */
export const mayBeRemembered = (saidAt: SQL, channelId: SQL): SQL =>
  isRemembered(saidAt, { about: sql`'everything', 'memories', 'channel:' || ${channelId}` });

interface Where {
  readonly channelId?: SQL;
  readonly userId?: SQL;
}

interface Asked {
  readonly about: SQL;
  readonly userId?: SQL | undefined;
}

const isRemembered = (saidAt: SQL, { about, userId }: Asked): SQL => sql`not exists (
  select from ${forgotten} as f
  where f.user_id = ${userId ?? given('userId')} and f.about in (${about}) and f.at >= ${saidAt})`;
