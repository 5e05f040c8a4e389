import { asc, ne, type SQLWrapper, sql } from 'drizzle-orm';
import type { Question } from '../../machines/question.ts';
import { alive, renewing } from './presence.ts';
import { inbox, owners } from './schema/delivery.ts';
import { discordDrafts } from './schema/discord.ts';
import { runSteps } from './schema/runs.ts';
import { given, one, statement } from './statement.ts';

export interface Claimed {
  readonly question: Question | null;
  readonly inAll: number;
  readonly inVain: number;
  readonly isUntouched: boolean;
}

/** The steps that the run of this question has kept. */
export const keptSteps = (messageId: SQLWrapper) =>
  sql<number>`(select count(*)::int from ${runSteps} s where s.run_id = ${messageId})`;

/** No step of its run was kept, and no draft of it is shown. Drafts have a `message_id` of their own. */
const untouched = sql<boolean>`not exists (select from ${runSteps} s where s.run_id = claimed.message_id)
  and not exists (select from ${discordDrafts} d where d.run_id = claimed.message_id)`;

/** Whatever it was begun for before was not in vain if its run has got further. */
const inVainBy = (row: { readonly [Column in 'messageId' | 'inVain' | 'keptSteps']: SQLWrapper }) =>
  sql<number>`case when ${keptSteps(row.messageId)} > ${row.keptSteps} then 0 else ${row.inVain} end`;

/**
 * Renews the lease of this process and makes at most `limit` questions its own of which the process is gone: the oldest,
 * or the oldest of one user. Two processes at it share them. What the same receipt claimed before comes back with them,
 * so that nothing is claimed and forgotten when the connection breaks.
 */
export const claimQuestions = statement<Claimed>('inbox_claim', (db) => {
  const columns = {
    seq: sql<number>`seq`.as('seq'),
    messageId: sql<string>`message_id`.as('message_id'),
    question: sql<Question | null>`payload`.as('payload'),
    inAll: sql<number>`attempt`.as('attempt'),
    inVain: sql<number>`in_vain`.as('in_vain'),
    keptSteps: sql<number>`kept_steps`.as('kept_steps'),
  };
  // Its owner is looked at once more with the row locked: another process may just have claimed it.
  const orphans = db.$with('orphans', {}).as(sql`
    select i.message_id, i.owner from ${inbox} i
    where i.state <> 'done' and not exists (select from alive a where a.owner = i.owner)
      and (${given('userId')}::text is null or i.user_id = ${given('userId')})
    order by i.seq limit ${given('limit')} for update of i skip locked`);
  const taken = db.$with('taken', {}).as(sql`
    update ${inbox} set owner = ${given('owner')}, receipt = ${given('receipt')}
    from orphans where inbox.message_id = orphans.message_id
      and not exists (select from alive a where a.owner = orphans.owner)
    returning seq, inbox.message_id, payload, attempt, in_vain, kept_steps`);
  const claimed = db.$with('claimed', columns).as(sql`
    select * from taken
    union all
    select seq, message_id, payload, attempt, in_vain, kept_steps from ${inbox}
    where state <> 'done' and owner = ${given('owner')} and receipt = ${given('receipt')}`);
  return db
    .with(...renewing(db), alive(db), orphans, taken, claimed)
    .select({
      question: claimed.question,
      inAll: claimed.inAll,
      inVain: inVainBy(claimed),
      isUntouched: untouched,
    })
    .from(claimed)
    .orderBy(asc(claimed.seq));
});

/**
 * Gives back what is not finished, and the place among the living: the next process need not wait for a lease. Nobody
 * has died with what this process began again, so those tries do not count.
 */
export const leaveQuestions = statement('inbox_leave', (db) => {
  const taken = sql`case when counted_by = ${given('owner')} then 1 else 0 end`;
  const left = db.$with('left', {}).as(sql`
    update ${inbox}
    set owner = 0, counted_by = 0, attempt = attempt - ${taken}, in_vain = in_vain - ${taken}
    where owner = ${given('owner')} and state <> 'done'`);
  const gone = db.$with('gone', {}).as(sql`delete from ${owners} where owner = ${given('owner')}`);
  return db.with(left, gone).select({ n: sql<number>`n` }).from(one);
});

/** Without an outcome, whoever has them. */
export const unfinishedQuestions = statement('inbox_unfinished', (db) =>
  db
    .select({ question: inbox.payload, inAll: inbox.attempt, inVain: inVainBy(inbox) })
    .from(inbox)
    .where(ne(inbox.state, sql`'done'`))
    .orderBy(asc(inbox.seq))
    .limit(given('limit')),
);
