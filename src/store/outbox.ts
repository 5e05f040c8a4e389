import { and, eq, sql } from 'drizzle-orm';
import type { Failure } from '../../machines/failure.ts';
import type { Origin } from '../../machines/question.ts';
import { cleanJson } from './clean-text.ts';
import type { CallOptions, Database } from './database.ts';
import { outbox } from './schema/delivery.ts';
import { given, givenMoment, statement } from './statement.ts';
import { failureOf } from './store-error.ts';

/** A part of an answer that has not left yet. */
export interface WaitingPart {
  readonly messageId: string;
  /** Counts from 0. */
  readonly part: number;
  /** Parts of one channel leave one after the other. */
  readonly channelId: string;
  readonly origin: Origin;
  readonly content: string;
  readonly nonce: string;
  /** Attempts that failed. */
  readonly tries: number;
  /** Milliseconds since 1970, as all times here. */
  readonly notBefore: number;
  readonly createdAt: number;
}

export type PartKey = Pick<WaitingPart, 'messageId' | 'part'>;

export type WaitingParts =
  | { readonly kind: 'read'; readonly parts: readonly WaitingPart[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type KnownParts =
  | { readonly kind: 'read'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Parts of answers on their way out. Nothing here is claimed: one process sends. A second one would need a lease on
 * each channel (`for update skip locked`, with a time it runs out), so that the order within a channel stays.
 * Never rejects on what a database can do; marks are idempotent, and nothing changes a part that is not pending.
 */
export interface Outbox {
  /**
   * The next part of each channel, at most `limit`: those due at `now` first, the oldest first; then those that wait for
   * their time, the soonest first.
   */
  pending(
    platform: string,
    page: { readonly limit: number; readonly now: number },
    options?: CallOptions,
  ): Promise<WaitingParts>;
  /** It is on the platform, under this id. */
  sent(key: PartKey, platformId: string, options?: CallOptions): Promise<Failure | undefined>;
  /** It could not be sent, or nobody knows whether it was. */
  retryLater(key: PartKey, notBefore: number, options?: CallOptions): Promise<Failure | undefined>;
  /** The platform will never take it: the parts after it are given up, too, since half an answer helps nobody. */
  failed(key: PartKey, options?: CallOptions): Promise<Failure | undefined>;
  /** Those of these messages there that parts stand in, whosesoever. Reads the whole table: to be asked in doubt only. */
  known(platform: string, platformIds: readonly string[]): Promise<KnownParts>;
}

export function createOutbox(database: Database): Outbox {
  const mark = async (...call: Parameters<typeof database.run>): Promise<Failure | undefined> => {
    try {
      await database.run(...call);
      return undefined;
    } catch (thrown) {
      return failureOf(thrown);
    }
  };
  return {
    async pending(platform, { limit, now }, options) {
      try {
        const parts = await database.run(nextParts, { platform, limit, now }, options);
        return { kind: 'read', parts };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
    sent: ({ messageId, part }, platformId, options) =>
      mark(markSent, { messageId, part, platformId }, options),
    retryLater: ({ messageId, part }, notBefore, options) =>
      mark(markLater, { messageId, part, notBefore }, options),
    failed: ({ messageId, part }, options) => mark(markFailed, { messageId, part }, options),
    async known(platform, platformIds) {
      try {
        const rows = await database.run(knownParts, { platform, ids: cleanJson(platformIds) });
        return { kind: 'read', ids: new Set(rows.flatMap(({ id }) => id ?? [])) };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
  };
}

const nextParts = statement('outbox_next', (db) => {
  const heads = db.$with('heads').as(
    db
      .selectDistinctOn([outbox.channelId])
      .from(outbox)
      .where(and(eq(outbox.platform, given('platform')), isPending))
      .orderBy(outbox.channelId, outbox.seq),
  );
  return db
    .with(heads)
    .select({
      messageId: heads.messageId,
      part: heads.part,
      channelId: heads.channelId,
      origin: heads.origin,
      content: heads.content,
      nonce: heads.nonce,
      tries: heads.tries,
      notBefore: sql`extract(epoch from ${heads.notBefore}) * 1000`.mapWith(Number),
      createdAt: sql`extract(epoch from ${heads.createdAt}) * 1000`.mapWith(Number),
    })
    .from(heads)
    .orderBy(sql`greatest(${heads.notBefore}, ${givenMoment('now')})`, heads.seq)
    .limit(given('limit'));
});

// Written out, so that the partial index fits whatever the values are.
const isPending = sql`${outbox.state} = 'pending'`;

const thisPart = () =>
  and(eq(outbox.messageId, given('messageId')), eq(outbox.part, given('part')), isPending);

const markSent = statement('outbox_sent', (db) =>
  db
    .update(outbox)
    .set({ state: 'sent', content: '', platformId: sql`${given('platformId')}` })
    .where(thisPart())
    .returning({ part: outbox.part }),
);

const markLater = statement('outbox_later', (db) =>
  db
    .update(outbox)
    .set({ tries: sql`${outbox.tries} + 1`, notBefore: givenMoment('notBefore') })
    .where(thisPart())
    .returning({ part: outbox.part }),
);

const markFailed = statement('outbox_failed', (db) =>
  db
    .update(outbox)
    .set({ state: 'failed' })
    .where(
      and(
        eq(outbox.messageId, given('messageId')),
        sql`${outbox.part} >= ${given('part')}`,
        isPending,
      ),
    )
    .returning({ part: outbox.part }),
);

const knownParts = statement('outbox_known', (db) =>
  db
    .select({ id: outbox.platformId })
    .from(outbox)
    .where(
      and(
        eq(outbox.platform, given('platform')),
        sql`${outbox.platformId} in (select jsonb_array_elements_text(${given('ids')}::jsonb))`,
      ),
    ),
);
