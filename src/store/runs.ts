import { type ChatMessage, NO_USAGE, tokensOf } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type { Epoch } from '../../machines/ids.ts';
import type { RunPort, RunRecord } from '../../machines/ports.ts';
import type { Question, RunOutcome, RunRef } from '../../machines/question.ts';
import type { Clock } from '../shared/clock.ts';
import { cleanJson } from './clean-text.ts';
import type { Database } from './database.ts';
import { partsOf } from './parts.ts';
import { beginRun, endRun } from './run-statements.ts';
import { fromStep, recordStep, stepsOfRun } from './run-steps.ts';
import { dayOf } from './spend.ts';
import type { Values } from './statement.ts';
import { failureOf } from './store-error.ts';

export interface RunOptions {
  readonly clock: Clock;
  /** Which opening of the database this process is; a later process outranks an earlier one. */
  readonly generation: () => number;
  /** Earlier questions of the channel that a run is shown, at most. */
  readonly historyRuns: number;
  /** Characters of history, questions and answers together. */
  readonly historyChars: number;
  /** True: what users say is marked, to be gone through for memories. */
  readonly remembers: boolean;
}

/** Where runs begin, go on and end, in a database. One round trip for each, two for a run that is resumed; idempotent by run id. */
export function createRuns(database: Database, options: RunOptions): RunPort {
  const { clock, historyRuns, historyChars, remembers } = options;
  const fence = (epoch: Epoch): number => options.generation() * EPOCHS_PER_GENERATION + epoch;

  return {
    // Nothing of a user is read ahead: a database that is away keeps no team from opening.
    hydrate: () => Promise.resolve({ kind: 'ready' }),
    async begin(run, question, { signal, recalled }) {
      const ours = fence(run.epoch);
      const values: Values = {
        ...fromQuestion(run, question),
        recalled: recalled ?? null,
        startedAt: clock.now(),
        fence: ours,
        limit: historyRuns,
      };
      try {
        const rows = await database.run(beginRun, values, { signal });
        if (!mayAct(rows[0]?.begun, rows[0], ours))
          return { kind: 'failed', failure: fencedOff(run) };
        // Read after the run was taken over: from then on nobody else adds to them.
        const isResumed = typeof rows[0]?.heldFence === 'number';
        const steps = isResumed ? await database.run(stepsOfRun, idsOf(run), { signal }) : [];
        const { recalled: shown, summary } = rows[0] ?? {};
        return {
          kind: 'begun',
          history: historyOf(rows, historyChars),
          steps,
          ...(typeof shown === 'string' ? { recalled: shown } : {}),
          ...(typeof summary === 'string' ? { summary } : {}),
        };
      } catch (thrown) {
        return failed(thrown);
      }
    },
    async record(step, { signal }) {
      const values = fromStep(step, { fence: fence(step.run.epoch), at: clock.now() });
      try {
        const rows = await database.run(recordStep, values, { signal });
        return rows.length > 0
          ? { kind: 'saved' }
          : { kind: 'failed', failure: fencedOff(step.run) };
      } catch (thrown) {
        return failed(thrown);
      }
    },
    async end(record, { signal }) {
      const ours = fence(record.run.epoch);
      try {
        const rows = await database.run(endRun, fromRecord(record, { fence: ours, remembers }), {
          signal,
        });
        return mayAct(rows[0]?.ended, rows[0], ours)
          ? { kind: 'saved' }
          : { kind: 'failed', failure: fencedOff(record.run) };
      } catch (thrown) {
        return failed(thrown);
      }
    },
  };
}

/** Epochs count from 1 in each process, so the opening of the database stands above them; both fit in 2^53. */
const EPOCHS_PER_GENERATION = 2 ** 32;
const TITLE_CHARS = 80;

interface HeldRun {
  readonly heldOutcome: string | null;
  readonly heldFence: number | null;
}

/** Done now, or done before by this incarnation or one that it follows. */
function mayAct(
  done: string | null | undefined,
  held: HeldRun | undefined,
  fence: number,
): boolean {
  if (done !== null && done !== undefined) return true;
  if (held === undefined || held.heldOutcome === null || held.heldFence === null) return false;
  return held.heldFence <= fence;
}

const idsOf = ({ runId, userId }: RunRef): Values => ({ runId, userId });

const fencedOff = (run: RunRef): Failure =>
  failure('unavailable', `Run ${run.runId} is held by a newer incarnation of its team.`);

const failed = (thrown: unknown) => ({ kind: 'failed', failure: failureOf(thrown) }) as const;

const fromQuestion = (run: RunRef, question: Question) => ({
  runId: run.runId,
  userId: run.userId,
  channelId: run.channelId,
  question: question.text,
  asker: question.from ?? null,
  audience: question.audience ?? 'asker',
  askedAt: question.at,
  title: titleOf(question.text),
});

/** The first words of the first question: how the session is called in lists. */
function titleOf(text: string): string {
  const words = text
    .slice(0, TITLE_CHARS * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const points = [...words];
  return points.length > TITLE_CHARS ? `${points.slice(0, TITLE_CHARS - 1).join('')}…` : words;
}

function fromRecord(
  { run, question, outcome, machinesVersion, startedAt, endedAt, parts = [] }: RunRecord,
  { fence, remembers }: { readonly fence: number; readonly remembers: boolean },
): Values {
  const usage = outcome.kind === 'refused' ? NO_USAGE : outcome.usage;
  return {
    ...fromQuestion(run, question),
    ...fromOutcome(outcome),
    // What was refused was never taken up.
    toRemember: remembers && outcome.kind !== 'refused',
    fence,
    machinesVersion,
    startedAt,
    endedAt,
    postedAt: endedAt,
    parts: partsOf(question, parts),
    day: dayOf(endedAt),
    outcome: outcome.kind,
    tokens: tokensOf(usage),
    calls: usage.calls,
    prompt: usage.promptTokens,
    completion: usage.completionTokens,
    cached: usage.cachedTokens,
    cost: usage.costMicroUsd,
  };
}

function fromOutcome(outcome: RunOutcome) {
  const nothing = {
    answer: null,
    model: null,
    notes: null,
    sources: null,
    reason: null,
    delegations: '[]',
  };
  switch (outcome.kind) {
    case 'answered':
      return {
        answer: outcome.text,
        model: outcome.model,
        notes: cleanJson(outcome.notes),
        sources: cleanJson(outcome.sources),
        reason: null,
        delegations: cleanJson(outcome.delegations.map(toMemberRun)),
      };
    case 'failed':
      return { ...nothing, reason: cleanJson(outcome.failure) };
    case 'refused':
      return { ...nothing, reason: cleanJson(outcome.refusal) };
    case 'cancelled':
      return nothing;
  }
}

type Delegation = (RunOutcome & { kind: 'answered' })['delegations'][number];

const toMemberRun = ({ member, task, ok, usage }: Delegation, n: number) => ({
  n,
  member,
  task,
  ok,
  calls: usage.calls,
  prompt: usage.promptTokens,
  completion: usage.completionTokens,
  cached: usage.cachedTokens,
  cost: usage.costMicroUsd,
});

interface PastTurn {
  readonly question: string | null;
  readonly answer: string | null;
}

/** Oldest first. Whole turns, newest kept; a newest one that is too long by itself is cut. */
function historyOf(newestFirst: readonly PastTurn[], budget: number): ChatMessage[] {
  const turns: ChatMessage[][] = [];
  let left = budget;
  for (const { question, answer } of newestFirst) {
    if (question === null || answer === null) continue;
    const size = question.length + answer.length;
    if (size > left && turns.length > 0) break;
    turns.unshift([
      { role: 'user', content: cut(question, left) },
      { role: 'assistant', content: cut(answer, Math.max(0, left - question.length)) },
    ]);
    left -= size;
  }
  return turns.flat();
}

const cut = (text: string, length: number): string =>
  text.length > length ? text.slice(0, length).toWellFormed() : text;
