import { sql } from 'drizzle-orm';
import { failure } from '../../machines/failure.ts';
import type { Epoch } from '../../machines/ids.ts';
import type { AskedConfirmation, ConfirmationPort } from '../../machines/ports.ts';
import { isRecord } from '../shared/parse.ts';
import { isAlive } from './alive.ts';
import { cleanJson } from './clean-text.ts';
import type { Database } from './database.ts';
import { agentRuns, runSteps } from './schema/runs.ts';
import { given, givenMoment, statement } from './statement.ts';
import { failureOf } from './store-error.ts';

/** What askers were asked to allow, beside the steps of their runs. */
export function createConfirmations(
  database: Database,
  fence: (epoch: Epoch) => number,
): ConfirmationPort {
  return {
    async ask({ run, confirmation, inputHash, at }, options) {
      const { stepKey, ...output } = confirmation;
      const values = {
        runId: run.runId,
        userId: run.userId,
        stepKey: keyOf(stepKey),
        inputHash,
        output: cleanJson(output),
        fence: fence(run.epoch),
        at,
      };
      try {
        const [row] = await database.run(askConfirmation, values, options);
        return row === undefined ? FENCED : stateIn(row.output);
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
    async answer({ stepKey, ...answer }) {
      try {
        const values = { ...answer, stepKey: keyOf(stepKey) };
        const rows = await database.run(answerConfirmation, values);
        return rows.length > 0 ? { kind: 'kept' } : { kind: 'unknown' };
      } catch (thrown) {
        return { kind: 'failed', failure: failureOf(thrown) };
      }
    },
  };
}

/** Its row stands beside that of the step itself. */
const keyOf = (stepKey: string): string => `${stepKey}/confirmation`;

const FENCED: AskedConfirmation = {
  kind: 'failed',
  failure: failure('unavailable', 'Another incarnation of the team has this run.'),
};

function stateIn(output: unknown): AskedConfirmation {
  const { end, expiresAt } = isRecord(output) ? output : {};
  if (end === 'allowed' || end === 'refused' || end === 'expired') return { kind: 'ended', end };
  // Whatever else stands there is no word of anybody's: it is past its time.
  return { kind: 'open', expiresAt: typeof expiresAt === 'number' ? expiresAt : 0 };
}

const isSettled = sql`(run_steps.kind = 'confirmation' and run_steps.input_hash = excluded.input_hash
  and (run_steps.output ->> 'end' is not null or (run_steps.output ->> 'expiresAt')::float8 > ${given('at')}::float8))`;

const askConfirmation = statement('confirmation_ask', (db) => {
  const asked = db.$with('asked', { output: sql<unknown>`output`.as('output') }).as(sql`
    insert into ${runSteps} (run_id, step_key, kind, input_hash, output, recorded_at)
    select held.run_id, ${given('stepKey')}, 'confirmation', ${given('inputHash')},
           ${given('output')}::jsonb, ${givenMoment('at')}
    from (select run_id from ${agentRuns}
          where run_id = ${given('runId')} and user_id = ${given('userId')}
            and fence = ${given('fence')}::int8
            and ${isAlive(sql`agent_runs.asked_at`, { channelId: sql`agent_runs.channel_id` })}
          for share) as held
    on conflict (run_id, step_key) do update set
      kind = excluded.kind, input_hash = excluded.input_hash, recorded_at = excluded.recorded_at,
      output = case when ${isSettled} then run_steps.output else excluded.output end
    returning output`);
  return db.with(asked).select({ output: asked.output }).from(asked);
});

const answerConfirmation = statement('confirmation_answer', (db) =>
  db
    .update(runSteps)
    .set({ output: sql`${runSteps.output} || jsonb_build_object('end', ${given('end')}::text)` })
    .where(sql`${runSteps.runId} = ${given('runId')} and ${runSteps.stepKey} = ${given('stepKey')}
      and ${runSteps.kind} = 'confirmation'
      and coalesce(${runSteps.output} ->> 'end', ${given('end')}) = ${given('end')}
      and (${given('end')}::text = 'expired'
        or (${runSteps.output} ->> 'expiresAt')::float8 > ${given('at')}::float8)
      and exists (select from ${agentRuns} where ${agentRuns.runId} = ${runSteps.runId}
        and ${agentRuns.userId} = ${given('userId')} and ${agentRuns.outcome} is null)`)
    .returning({ stepKey: runSteps.stepKey }),
);
