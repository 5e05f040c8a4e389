import { and, asc, eq, sql } from 'drizzle-orm';
import type { RecordedStep } from '../../machines/ports.ts';
import { isAlive } from './alive.ts';
import { cleanJson } from './clean-text.ts';
import { agentRuns, runSteps } from './schema/runs.ts';
import { given, givenMoment, statement, type Values } from './statement.ts';

/**
 * Keeps one step of a run that this incarnation holds; gives no row when another one does, or nobody. The run's row is
 * held until the step is there: whoever takes the run over meanwhile waits, and finds it.
 */
export const recordStep = statement('step_record', (db) => {
  const recorded = db.$with('recorded', { stepKey: sql<string>`step_key`.as('step_key') }).as(sql`
    insert into ${runSteps} (run_id, step_key, kind, input_hash, output, recorded_at)
    select held.run_id, ${given('stepKey')}, ${given('kind')}, ${given('inputHash')},
           ${given('output')}::jsonb, ${givenMoment('at')}
    from (select run_id from ${agentRuns}
          where run_id = ${given('runId')} and user_id = ${given('userId')}
            and fence <= ${given('fence')}::int8 and (fence = ${given('fence')}::int8 or outcome is not null)
            and ${isAlive(sql`agent_runs.asked_at`, sql`agent_runs.channel_id`)}
          for share) as held
    on conflict (run_id, step_key) do update set kind = excluded.kind,
      input_hash = excluded.input_hash, output = excluded.output, recorded_at = excluded.recorded_at
    returning step_key`);
  return db.with(recorded).select({ stepKey: recorded.stepKey }).from(recorded);
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
): Values => ({
  runId: run.runId,
  userId: run.userId,
  stepKey,
  kind,
  inputHash,
  output: cleanJson(output),
  fence,
  at,
});
