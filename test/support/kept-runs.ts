import { failure } from '../../machines/failure.ts';
import type { Epoch, RunId } from '../../machines/ids.ts';
import type { RecordedStep, RunPort, RunSaved, RunStep } from '../../machines/ports.ts';

/** Where runs are kept in memory, across houses: what a test looks at and breaks. */
export interface KeptRuns {
  readonly port: RunPort;
  /** What was kept, in order: `model leader/1`. */
  readonly written: readonly string[];
  /** The last step under each key. */
  readonly steps: Map<string, RunStep>;
  /** Answers instead of the next writes, one after the other; `ok` lets one through. */
  refuse(...answers: readonly ('ok' | 'storage' | 'unavailable')[]): void;
  /** Called before a step is written. */
  onRecord: (step: RecordedStep) => void | Promise<void>;
  /** The next run cannot be begun. */
  failNextBegin(): void;
}

/** For one run: that is all these tests need. */
export function keptRuns(): KeptRuns {
  const steps = new Map<string, RunStep>();
  const written: string[] = [];
  const holders = new Map<RunId, Epoch>();
  const answers: ('ok' | 'storage' | 'unavailable')[] = [];
  let isBroken = false;
  const kept: KeptRuns = {
    written,
    steps,
    refuse: (...some) => void answers.push(...some),
    onRecord: () => {},
    failNextBegin() {
      isBroken = true;
    },
    port: {
      hydrate: () => Promise.resolve({ kind: 'ready' }),
      begin({ runId, epoch }) {
        if (isBroken) {
          isBroken = false;
          return Promise.resolve({ kind: 'failed', failure: failure('storage', 'Away.') });
        }
        holders.set(runId, epoch);
        return Promise.resolve({ kind: 'begun', history: [], steps: [...steps.values()] });
      },
      async record({ run, ...step }) {
        await kept.onRecord({ run, ...step });
        const answer = answers.shift() ?? 'ok';
        if (answer !== 'ok') return refused(answer);
        if (holders.get(run.runId) !== run.epoch) return refused('unavailable');
        // What a database gives back is never the very thing that was written.
        steps.set(step.stepKey, structuredClone(step));
        written.push(`${step.kind} ${step.stepKey}`);
        return { kind: 'saved' };
      },
      end: () => Promise.resolve({ kind: 'saved' }),
    },
  };
  return kept;
}

const refused = (kind: 'storage' | 'unavailable'): RunSaved => ({
  kind: 'failed',
  failure: failure(kind, `It was ${kind}.`),
});
