import type { ToolCall } from '../../machines/conversation.ts';
import { failure } from '../../machines/failure.ts';
import type {
  ModelPort,
  RecordedStep,
  RunPort,
  RunStart,
  RunStep,
  ToolPort,
  ToolRequest,
} from '../../machines/ports.ts';
import type { RunRef } from '../../machines/question.ts';
import type { TeamRef } from '../../machines/team/team.protocol.ts';
import type { Log } from '../shared/log.ts';
import {
  hashOfCall,
  hashOfUse,
  replyIn,
  resultIn,
  writtenReply,
  writtenResult,
} from './kept-step.ts';

/** The ports that a run works through. */
export interface RunPorts {
  readonly model: ModelPort;
  readonly tools: ToolPort;
  readonly runs: RunPort;
}

export interface JournalOptions extends RunPorts {
  readonly log: Log;
  readonly isCurrent: (team: TeamRef) => boolean;
}

/**
 * The same ports, which keep each whole reply and each result a tool returned before the run goes on, and give it again
 * when the run is resumed: it neither pays nor acts twice. Failures are not kept. What cannot be kept is logged once per
 * run and holds nobody up, except a tool that must not be run twice.
 */
export function withJournal(options: JournalOptions): RunPorts {
  const { model, runs } = options;
  const journal = new Journal(options);
  return {
    runs: {
      ...runs,
      async begin(run, question, call) {
        const start = await runs.begin(run, question, call);
        journal.begun(run, start);
        return start;
      },
    },
    model: {
      async call(request, call) {
        const steps = journal.stepsOf(request.run);
        if (steps === undefined) return model.call(request, call);
        const { run, stepKey } = request;
        const inputHash = hashOfCall(request);
        const kept = replyIn(steps.get(stepKey), inputHash);
        if (kept !== undefined) return { kind: 'replied', reply: kept };
        const result = await model.call(request, call);
        if (result.kind === 'failed') return result;
        const output = writtenReply(result.reply);
        const end = await journal.keep({ run, stepKey, kind: 'model', inputHash, output }, call);
        const { usage } = result.reply;
        return end === 'fenced' ? { kind: 'failed', failure: FENCED, usage } : result;
      },
    },
    tools: withKeptResults(options, journal),
  };
}

function withKeptResults({ tools, isCurrent }: JournalOptions, journal: Journal): ToolPort {
  /** Why a tool that must not run twice is not run now; when nothing speaks against it, that it will be is written down. */
  const whyNot = async (step: Use, { name }: ToolCall, call: Call) => {
    const steps = journal.stepsOf(step.run);
    if (steps === undefined) return NOT_READ;
    // Even where it was used otherwise: the model may only have found other words for the same deed.
    if (steps.has(step.stepKey)) return mayHaveHappened(name);
    const end = await journal.keep({ ...step, kind: 'intent', output: {} }, call);
    if (end === 'lost') return NOT_WRITTEN;
    // The wait was long enough for everything to change.
    return end === 'fenced' || call.signal.aborted || !isCurrent(step.run) ? FENCED : undefined;
  };

  return {
    policyOf: (use) => tools.policyOf(use),
    async run(request, call) {
      const steps = journal.stepsOf(request.run);
      const step = useOf(request);
      const kept = resultIn(steps?.get(step.stepKey), step.inputHash);
      if (kept !== undefined) return kept;
      const { agent, call: used } = request;
      const isFree = tools.policyOf({ agent, name: used.name }).repeatable;
      const obstacle = isFree ? undefined : await whyNot(step, used, call);
      if (obstacle !== undefined) return { kind: 'failed', failure: obstacle };
      const result = await tools.run(request, call);
      if (steps === undefined || result.kind === 'failed') return result;
      const output = writtenResult(result);
      const end = await journal.keep({ ...step, kind: 'tool', output }, call);
      return end === 'fenced' ? { kind: 'failed', failure: FENCED } : result;
    },
  };
}

interface Call {
  readonly signal: AbortSignal;
}
type Use = Pick<RecordedStep, 'run' | 'stepKey' | 'inputHash'>;

const useOf = (request: ToolRequest): Use => ({
  run: request.run,
  stepKey: request.stepKey,
  inputHash: hashOfUse(request),
});

const FENCED = failure('aborted', 'This incarnation of the team is over: another one has the run.');
const NOT_WRITTEN = failure(
  'storage',
  'It was not run: a tool that must not run twice is noted down first, and that could not be written.',
);
const NOT_READ = failure(
  'storage',
  'It was not run: a tool that must not run twice needs the notes of this run, and they could not be read.',
);
const mayHaveHappened = (name: string) =>
  failure(
    'unavailable',
    `${name} was not run again: the work was interrupted at this step, so it may have happened already. Say so instead of assuming either.`,
  );

/** What is known of the past of one run, for as long as one incarnation works on it. */
interface Notes {
  readonly steps: ReadonlyMap<string, RunStep>;
  hasComplained: boolean;
}

class Journal {
  readonly #runs: RunPort;
  readonly #log: Log;
  readonly #isCurrent: JournalOptions['isCurrent'];
  /**
   * By identity: a leader hands one and the same reference on to everything it does in a run. So what is known of a run
   * goes when its leader goes, however that happens.
   */
  readonly #notes = new WeakMap<RunRef, Notes>();

  constructor({ runs, log, isCurrent }: JournalOptions) {
    this.#runs = runs;
    this.#log = log;
    this.#isCurrent = isCurrent;
  }

  begun(run: RunRef, start: RunStart): void {
    if (start.kind === 'failed') return;
    const steps = new Map(start.steps.map((step) => [step.stepKey, step]));
    this.#notes.set(run, { steps, hasComplained: false });
  }

  /** What was done before; nothing for a run that could not be begun: it has no journal. */
  stepsOf(run: RunRef): Notes['steps'] | undefined {
    return this.#notes.get(run)?.steps;
  }

  /** `fenced`: nothing of this incarnation counts any more, and nobody waits for it. */
  async keep(step: RecordedStep, { signal }: Call): Promise<'kept' | 'lost' | 'fenced'> {
    if (signal.aborted || !this.#isCurrent(step.run)) return 'fenced';
    const saved = await this.#runs.record(step, { signal });
    if (saved.kind === 'saved') return 'kept';
    const { kind, message } = saved.failure;
    if (kind === 'unavailable') return 'fenced';
    this.#complain(step, message);
    return 'lost';
  }

  #complain({ run, stepKey }: RecordedStep, why: string): void {
    const notes = this.#notes.get(run);
    if (notes === undefined || notes.hasComplained) return;
    notes.hasComplained = true;
    this.#log.warn('run.step_not_kept', { runId: run.runId, stepKey, why });
  }
}
