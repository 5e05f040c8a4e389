import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Question } from '../../machines/question.ts';
import { cleanJson } from './clean-text.ts';
import type { Db } from './connection.ts';
import { outbox } from './schema/delivery.ts';
import { given, givenMoment } from './statement.ts';

/** The parts of an answer as the value `parts` of a statement with `posting`; `[]` for a question without a platform. */
export function partsOf({ runId, origin }: Question, contents: readonly string[]): string {
  if (origin === undefined || contents.length === 0) return '[]';
  return cleanJson(
    contents.map((content, part) => ({
      part,
      content,
      origin,
      platform: origin.platform,
      nonce: nonceOf(`${runId}:${part}:${origin.platform}`),
    })),
  );
}

/** The same for each attempt at the same part, in this life of the process and the next. */
const nonceOf = (name: string): string =>
  createHash('sha256').update(name).digest('base64url').slice(0, NONCE_CHARS);

/** The most that platforms accept. */
const NONCE_CHARS = 25;

/**
 * Puts `parts` into the outbox once for the row of `owner`, in the transaction of the statement that it is part of:
 * nothing can be sent that is not kept, and nothing is kept that will not be sent. Needs `runId`, `userId`, `channelId`
 * and the moment `postedAt` as values.
 */
export const posting = (db: Db, owner: string) =>
  db.$with('posted', {}).as(sql`
    insert into ${outbox}
      (message_id, part, platform, origin, user_id, channel_id, content, nonce, not_before, created_at)
    select ${given('runId')}, p.part, p.platform, p.origin, ${given('userId')}, ${given('channelId')}, p.content,
           p.nonce, ${givenMoment('postedAt')}, ${givenMoment('postedAt')}
    from ${sql.identifier(owner)}, jsonb_to_recordset(${given('parts')}::jsonb)
      as p(part int, platform text, origin jsonb, content text, nonce text)
    order by p.part
    on conflict do nothing`);
