import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { ChannelId, RunId } from '../../machines/ids.ts';
import type { DelegationRecord, RunOutcome } from '../../machines/question.ts';
import { agentRuns, hasBodies } from './schema/runs.ts';
import { given } from './statement.ts';

/** A run that has ended. */
export interface PastRun {
  readonly runId: RunId;
  readonly channelId: ChannelId;
  readonly question: string;
  readonly askedAt: number;
  readonly endedAt: number;
  readonly outcome: RunOutcome;
}

/** Runs of the principal that have ended, as long as what was said in them is kept; members' runs are parts of them. */
export const theirRuns = () =>
  and(
    eq(agentRuns.userId, given('userId')),
    isNull(agentRuns.parentRunId),
    isNotNull(agentRuns.endedAt),
    hasBodies(sql`agent_runs`),
  );

/** What is read of a run that has ended; its members' runs are read back as its delegations. */
export const pastRunColumns = {
  runId: agentRuns.runId,
  channelId: agentRuns.channelId,
  question: agentRuns.question,
  askedAt: agentRuns.askedAt,
  endedAt: agentRuns.endedAt,
  outcome: agentRuns.outcome,
  answer: agentRuns.answer,
  model: agentRuns.model,
  notes: agentRuns.notes,
  sources: agentRuns.sources,
  files: agentRuns.files,
  reason: agentRuns.reason,
  calls: agentRuns.modelCalls,
  promptTokens: agentRuns.promptTokens,
  completionTokens: agentRuns.completionTokens,
  cachedTokens: agentRuns.cachedTokens,
  costMicroUsd: agentRuns.costMicroUsd,
  // Named in full: drizzle leaves the table's name out, and inside here that would mean the member's row.
  delegations: sql<readonly DelegationRecord[] | null>`(
    select jsonb_agg(jsonb_build_object('member', m.member, 'task', m.question, 'ok', m.outcome = 'answered',
      'usage', jsonb_build_object('calls', m.model_calls, 'promptTokens', m.prompt_tokens,
        'completionTokens', m.completion_tokens, 'cachedTokens', m.cached_tokens,
        'costMicroUsd', m.cost_micro_usd)) order by length(m.run_id), m.run_id)
    from agent_runs m where m.parent_run_id = agent_runs.run_id)`,
};

type Columns = typeof pastRunColumns;
type PastRunRow = {
  readonly [Key in keyof Omit<Columns, 'delegations'>]: Columns[Key]['_']['notNull'] extends true
    ? Columns[Key]['_']['data']
    : Columns[Key]['_']['data'] | null;
} & { readonly delegations: readonly DelegationRecord[] | null };

export function toPastRun(row: PastRunRow): PastRun {
  return {
    runId: row.runId,
    channelId: row.channelId,
    question: row.question,
    askedAt: row.askedAt.getTime(),
    endedAt: (row.endedAt ?? row.askedAt).getTime(),
    outcome: outcomeOf(row),
  };
}

function outcomeOf(row: PastRunRow): RunOutcome {
  const usage = {
    calls: row.calls,
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
    cachedTokens: row.cachedTokens,
    costMicroUsd: row.costMicroUsd,
  };
  if (row.outcome === 'answered') {
    return {
      kind: 'answered',
      text: row.answer ?? '',
      model: row.model ?? '',
      usage,
      delegations: row.delegations ?? [],
      sources: row.sources ?? [],
      ...(row.files === null ? {} : { files: row.files }),
      notes: row.notes ?? [],
    };
  }
  if (row.reason === null) return { kind: 'cancelled', usage };
  // A failure has a message, a refusal never: both were written by `runs.ts` from just these types.
  return 'message' in row.reason
    ? { kind: 'failed', failure: row.reason, usage }
    : { kind: 'refused', refusal: row.reason };
}
