import type { Epoch, RunId } from '../../../machines/ids.ts';
import type { ModelRequest } from '../../../machines/ports.ts';
import type { RunRef } from '../../../machines/question.ts';
import type { RunLimits } from '../../../machines/roster.ts';
import type { Accuse } from './incarnations.ts';
import { LARGEST_CALL } from './mind.ts';

/** Watches the names of steps: a resumed run finds its results by them, so none may be used twice. */
export class StepKeys {
  readonly #accuse: Accuse;
  readonly #limits: RunLimits;
  readonly #done = new Map<RunId, Map<Epoch, Done>>();

  constructor(accuse: Accuse, limits: RunLimits) {
    this.#accuse = accuse;
    this.#limits = limits;
  }

  /** The question is asked once more, after its end. */
  forget(runId: RunId): void {
    this.#done.delete(runId);
  }

  /** A failed call may be made again under its name; one that was answered may not. */
  called({ run, stepKey }: ModelRequest): void {
    if (this.#of(run).steps.has(stepKey))
      this.#accuse('journal', `${run.runId} repeats ${stepKey}`);
  }

  replied({ run, stepKey }: ModelRequest, tokens: number): void {
    const done = this.#of(run);
    // Members that work side by side share what is left; each may exceed its share by one call.
    const sharers = 1 + this.#limits.maxDelegations;
    if (done.tokens >= this.#limits.maxTokens + sharers * LARGEST_CALL) {
      this.#accuse('P10', `${run.runId} goes on after ${done.tokens} tokens`);
    }
    done.tokens += tokens;
    done.steps.add(stepKey);
    this.#judgeLimits(run, done.steps);
  }

  used(run: RunRef, stepKey: string): void {
    const done = this.#of(run).steps;
    if (done.has(`tool ${stepKey}`)) this.#accuse('journal', `${run.runId} repeats ${stepKey}`);
    done.add(`tool ${stepKey}`);
  }

  #judgeLimits({ runId }: RunRef, done: ReadonlySet<string>): void {
    const { maxSteps, maxMemberSteps, maxDelegations } = this.#limits;
    const perAgent = Object.groupBy(
      [...done].filter((key) => !key.startsWith('tool ')),
      (key) => key.slice(0, key.lastIndexOf('/')),
    );
    const { leader = [], ...members } = perAgent;
    if (leader.length > maxSteps) this.#accuse('limits', `${runId} thinks ${leader.length} times`);
    const delegations = Object.values(members);
    if (delegations.length > maxDelegations) {
      this.#accuse('limits', `${runId} delegates ${delegations.length} times`);
    }
    const longest = Math.max(0, ...delegations.map((steps = []) => steps.length));
    if (longest > maxMemberSteps) {
      this.#accuse('limits', `a member of ${runId} thinks ${longest} times`);
    }
  }

  #of({ runId, epoch }: RunRef): Done {
    const byEpoch = this.#done.get(runId) ?? new Map<Epoch, Done>();
    this.#done.set(runId, byEpoch);
    const done = byEpoch.get(epoch) ?? { steps: new Set<string>(), tokens: 0 };
    byEpoch.set(epoch, done);
    return done;
  }
}

/** What one incarnation has done for one run. */
interface Done {
  readonly steps: Set<string>;
  tokens: number;
}
