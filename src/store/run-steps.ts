import { and, asc, eq, sql } from 'drizzle-orm';
import type { RecordedStep } from '../../machines/ports.ts';
import { isAlive } from './alive.ts';
import { cleanJson, cleanText } from './clean-text.ts';
import type { GatheredRow } from './gathering.ts';
import { agentRuns, runSteps } from './schema/runs.ts';
import { given, statement } from './statement.ts';

/**
 * Keeps steps of runs, each one whose run its incarnation holds, and gives the keys of those. A run's row is held until
 * the step is there: whoever takes the run over meanwhile waits, and finds it.
 */
export const recordSteps = statement('steps_record', (db) => {
  const recorded = db.$with('recorded', { key: sql<string>`key`.as('key') }).as(sql`
    insert into ${runSteps} (run_id, step_key, kind, input_hash, output, recorded_at)
    select held.run_id, g.step_key, g.kind, g.input_hash, g.output, to_timestamp(g.at / 1000)
    from json_to_recordset(${given('steps')}::json) as g(run_id text, user_id text, step_key text, kind text,
           input_hash text, output jsonb, fence int8, at float8)
    cross join lateral (
      select run_id from ${agentRuns}
      where run_id = g.run_id and user_id = g.user_id
        and fence <= g.fence and (fence = g.fence or outcome is not null)
        and ${isAlive(sql`agent_runs.asked_at`, { channelId: sql`agent_runs.channel_id`, userId: sql`g.user_id` })}
      for share) as held
    on conflict (run_id, step_key) do update set kind = excluded.kind,
      input_hash = excluded.input_hash, output = excluded.output, recorded_at = excluded.recorded_at
    returning run_id || chr(10) || step_key as key`);
  return db.with(recorded).select({ key: recorded.key }).from(recorded);
});

/** The steps of a user's run, in the order in which they were kept. */
export const stepsOfRun = statement('step_list', (db) =>
  db
    .select({
      stepKey: runSteps.stepKey,
      kind: runSteps.kind,
      inputHash: runSteps.inputHash,
      output: runSteps.output,
    })
    .from(runSteps)
    .innerJoin(agentRuns, eq(agentRuns.runId, runSteps.runId))
    .where(and(eq(runSteps.runId, given('runId')), eq(agentRuns.userId, given('userId'))))
    .orderBy(asc(runSteps.recordedAt), asc(runSteps.stepKey)),
);

/** A step as the statement takes it. */
export const fromStep = (
  { run, stepKey, kind, inputHash, output }: RecordedStep,
  { fence, at }: { readonly fence: number; readonly at: number },
): GatheredRow => ({
  key: cleanText(`${run.runId}\n${stepKey}`),
  json: cleanJson({
    run_id: run.runId,
    user_id: run.userId,
    step_key: stepKey,
    kind,
    input_hash: inputHash,
    output,
    fence,
    at,
  }),
});
