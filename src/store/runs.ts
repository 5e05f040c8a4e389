import type { ChatMessage } from '../../machines/conversation.ts';
import { type Failure, failure } from '../../machines/failure.ts';
import type { Recalled, RunPort } from '../../machines/ports.ts';
import type { RunRef } from '../../machines/question.ts';
import type { Clock } from '../shared/clock.ts';
import type { Values } from './compiled.ts';
import type { Database } from './database.ts';
import { Gathering } from './gathering.ts';
import { beginRun, endRun } from './run-statements.ts';
import { fromStep, recordSteps, stepsOfRun } from './run-steps.ts';
import { fenceOf, fromQuestion, fromRecord } from './run-values.ts';
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
  const ownershipOf = ({ epoch }: RunRef) => {
    const owner = options.generation();
    return { owner, fence: fenceOf(owner, epoch) };
  };

  const steps = new Gathering(async (rows) => {
    const kept = await database.run(recordSteps, () => ({ steps: rows() }));
    return new Set(kept.map(({ key }) => key));
  });

  return {
    // Nothing of a user is read ahead: a database that is away keeps no team from opening.
    hydrate: () => Promise.resolve({ kind: 'ready' }),
    async begin(run, question, { signal, recalled }) {
      const ours = ownershipOf(run);
      const values: Values = {
        ...fromQuestion(question),
        ...ours,
        ...fromRecalled(recalled),
        startedAt: clock.now(),
        limit: historyRuns,
      };
      try {
        const rows = await database.run(beginRun, values, { signal });
        if (!mayAct(rows[0]?.begun, rows[0], ours.fence))
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
      const row = fromStep(step, { fence: ownershipOf(step.run).fence, at: clock.now() });
      try {
        return (await steps.write(row, signal))
          ? { kind: 'saved' }
          : { kind: 'failed', failure: fencedOff(step.run) };
      } catch (thrown) {
        return failed(thrown);
      }
    },
    async end(record, { signal }) {
      const ours = ownershipOf(record.run);
      try {
        const values = fromRecord(record, { ...ours, toRemember: remembers });
        const rows = await database.run(endRun, values, { signal });
        return mayAct(rows[0]?.ended, rows[0], ours.fence)
          ? { kind: 'saved' }
          : { kind: 'failed', failure: fencedOff(record.run) };
      } catch (thrown) {
        return failed(thrown);
      }
    },
  };
}

const fromRecalled = (recalled: Recalled | undefined): Values => ({
  recalled: recalled?.text ?? null,
  recalledAsOf: recalled?.asOf ?? 0,
});

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
