/** What the inspector reads. No statement but the last two touches a text that anybody wrote. */
import { desc, eq, ne, sql } from 'drizzle-orm';
import { inbox, outbox } from './schema/delivery.ts';
import { agentRuns, runSteps } from './schema/runs.ts';
import { given, statement } from './statement.ts';

const runColumns = {
  runId: agentRuns.runId,
  userId: agentRuns.userId,
  channelId: agentRuns.channelId,
  outcome: agentRuns.outcome,
  askedAt: agentRuns.askedAt,
  startedAt: agentRuns.startedAt,
  endedAt: agentRuns.endedAt,
  model: agentRuns.model,
  modelCalls: agentRuns.modelCalls,
  promptTokens: agentRuns.promptTokens,
  completionTokens: agentRuns.completionTokens,
  costMicroUsd: agentRuns.costMicroUsd,
  machinesVersion: agentRuns.machineVersion,
};

export const latestRuns = statement('inspect_runs', (db) =>
  db
    .select(runColumns)
    .from(agentRuns)
    .where(sql`${agentRuns.parentRunId} is null`)
    .orderBy(desc(agentRuns.startedAt), desc(agentRuns.runId))
    .limit(given('limit')),
);

export const oneRun = statement('inspect_run', (db) =>
  db
    .select(runColumns)
    .from(agentRuns)
    .where(eq(agentRuns.runId, given('runId'))),
);

/** A number inside of what a step gave; what is not one counts as none. */
const numberAt = (path: string) =>
  sql<number>`case when jsonb_typeof(${runSteps.output} #> ${path}::text[]) = 'number'
    then (${runSteps.output} #>> ${path}::text[])::numeric else 0 end`.mapWith(Number);

export const journalOf = statement('inspect_steps', (db) =>
  db
    .select({
      stepKey: runSteps.stepKey,
      kind: runSteps.kind,
      recordedAt: runSteps.recordedAt,
      model: sql<string | null>`${runSteps.output} ->> 'model'`,
      promptTokens: numberAt('{usage,promptTokens}'),
      completionTokens: numberAt('{usage,completionTokens}'),
      costMicroUsd: numberAt('{usage,costMicroUsd}'),
      chars: sql<number>`length(${runSteps.output}::text)`.mapWith(Number),
    })
    .from(runSteps)
    .where(eq(runSteps.runId, given('runId')))
    .orderBy(runSteps.recordedAt, runSteps.stepKey),
);

const counted = sql<number>`count(*) over ()`.mapWith(Number);

export const waitingQuestions = statement('inspect_inbox', (db) =>
  db
    .select({
      messageId: inbox.messageId,
      userId: inbox.userId,
      channelId: inbox.channelId,
      attempts: inbox.attempt,
      receivedAt: inbox.receivedAt,
      count: counted,
    })
    .from(inbox)
    .where(ne(inbox.state, sql`'done'`))
    .orderBy(inbox.seq)
    .limit(given('limit')),
);

export const waitingParts = statement('inspect_outbox', (db) =>
  db
    .select({
      messageId: outbox.messageId,
      part: outbox.part,
      platform: outbox.platform,
      state: outbox.state,
      tries: outbox.tries,
      notBefore: outbox.notBefore,
      chars: sql<number>`length(${outbox.content})`.mapWith(Number),
      count: counted,
    })
    .from(outbox)
    .where(ne(outbox.state, sql`'sent'`))
    .orderBy(outbox.seq)
    .limit(given('limit')),
);

export const textsOfRun = statement('inspect_texts', (db) =>
  db
    .select({ question: agentRuns.question, answer: agentRuns.answer })
    .from(agentRuns)
    .where(eq(agentRuns.runId, given('runId'))),
);

export const outputsOf = statement('inspect_outputs', (db) =>
  db
    .select({ stepKey: runSteps.stepKey, output: runSteps.output })
    .from(runSteps)
    .where(eq(runSteps.runId, given('runId')))
    .orderBy(runSteps.recordedAt, runSteps.stepKey),
);
