import type { RunId } from '../../machines/ids.ts';
import type { Queues, RunFacts, RunSteps, RunTexts, StepFacts } from '../shared/inspection.ts';
import type { CallOptions, Database } from './database.ts';
import {
  journalOf,
  latestRuns,
  oneRun,
  outputsOf,
  textsOfRun,
  waitingParts,
  waitingQuestions,
} from './inspection-statements.ts';

/** What an operator may look at, across all users. Each method rejects with `StoreError`. */
export interface Inspection {
  /** The latest runs, newest first; members' runs are parts of them. */
  runs(page: { readonly limit: number } & CallOptions): Promise<readonly RunFacts[]>;
  /** The journal of one run in the order in which it was written; undefined for a run that is not known. */
  steps(runId: RunId, options?: CallOptions): Promise<RunSteps | undefined>;
  /** At most `limit` of each. */
  queues(page: { readonly limit: number } & CallOptions): Promise<Queues>;
  /** The texts of one run: only for an operator who asked for just these. */
  texts(runId: RunId, options?: CallOptions): Promise<RunTexts | undefined>;
}

export function createInspection(database: Database): Inspection {
  return {
    async runs({ limit, ...options }) {
      const rows = await database.run(latestRuns, { limit }, options);
      return rows.map(factsOf);
    },
    async steps(runId, options) {
      const [row] = await database.run(oneRun, { runId }, options);
      if (row === undefined) return undefined;
      const steps = await database.run(journalOf, { runId }, options);
      return { run: factsOf(row), steps: steps.map(stepOf) };
    },
    async queues({ limit, ...options }) {
      const questions = await database.run(waitingQuestions, { limit }, options);
      const parts = await database.run(waitingParts, { limit }, options);
      return {
        inbox: {
          count: questions[0]?.count ?? 0,
          oldest: questions.map(({ count: _, receivedAt, ...question }) => ({
            ...question,
            receivedAt: receivedAt.getTime(),
          })),
        },
        outbox: {
          count: parts[0]?.count ?? 0,
          oldest: parts.flatMap(({ count: _, notBefore, state, ...part }) =>
            state === 'sent' ? [] : [{ ...part, state, notBefore: notBefore.getTime() }],
          ),
        },
      };
    },
    async texts(runId, options) {
      const [row] = await database.run(textsOfRun, { runId }, options);
      if (row === undefined) return undefined;
      const steps = await database.run(outputsOf, { runId }, options);
      return { question: row.question, answer: row.answer ?? undefined, steps };
    },
  };
}

interface RunRow extends Omit<RunFacts, 'outcome' | 'askedAt' | 'startedAt' | 'endedAt' | 'model'> {
  readonly outcome: NonNullable<RunFacts['outcome']> | null;
  readonly askedAt: Date;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly model: string | null;
}

const factsOf = ({ outcome, askedAt, startedAt, endedAt, model, ...row }: RunRow): RunFacts => ({
  ...row,
  outcome: outcome ?? undefined,
  askedAt: askedAt.getTime(),
  startedAt: startedAt.getTime(),
  endedAt: endedAt?.getTime(),
  model: model ?? undefined,
});

interface StepRow extends Omit<StepFacts, 'endedAt' | 'model'> {
  readonly recordedAt: Date;
  readonly model: string | null;
}

/** The name of a model is the model's to choose, but never long. */
const stepOf = ({ recordedAt, model, ...step }: StepRow): StepFacts => ({
  ...step,
  endedAt: recordedAt.getTime(),
  model: step.kind === 'model' ? (model ?? undefined)?.slice(0, 100) : undefined,
});
