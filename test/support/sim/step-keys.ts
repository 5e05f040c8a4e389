import type { Epoch, RunId } from '../../../machines/ids.ts';
import type { ModelRequest, RecordedStep, RunStep, ToolRequest } from '../../../machines/ports.ts';
import type { RunRef } from '../../../machines/question.ts';
import type { RunLimits } from '../../../machines/roster.ts';
import { isRecord } from '../../../src/shared/parse.ts';
import type { Accuse } from './incarnations.ts';
import { LARGEST_CALL, UNREPEATABLE } from './mind.ts';

/**
 * Watches the names of steps: a resumed run finds its results by them, so none may be used twice; what it finds, it does
 * not do again; and what must not be done twice is not, whatever it finds.
 */
export class StepKeys {
  readonly #accuse: Accuse;
  readonly #limits: RunLimits;
  readonly #done = new Map<RunId, Map<Epoch, Done>>();
  /** What was asked in the steps that are kept. */
  readonly #kept = new Map<string, string>();
  readonly #acted = new Set<string>();

  constructor(accuse: Accuse, limits: RunLimits) {
    this.#accuse = accuse;
    this.#limits = limits;
  }

  /** The question is asked once more, after its end. */
  forget(runId: RunId): void {
    this.#done.delete(runId);
  }

  /** The run is told of these steps. */
  knows(run: RunRef, steps: readonly RunStep[]): void {
    const { known } = this.#of(run);
    for (const { stepKey, kind } of steps) if (kind !== 'intent') known.add(stepKey);
  }

  recorded({ run, stepKey, kind }: RecordedStep): void {
    const asked = this.#of(run).asked.get(stepKey);
    if (kind !== 'intent' && asked !== undefined) this.#kept.set(`${run.runId} ${stepKey}`, asked);
  }

  /** A failed call may be made again under its name; one that was answered may not. */
  called({ run, stepKey, messages, tools }: ModelRequest): void {
    if (this.#of(run).steps.has(stepKey))
      this.#accuse('journal', `${run.runId} repeats ${stepKey}`);
    const shown = messages.map((message) => [
      message.role,
      message.content,
      message.role === 'assistant' ? message.toolCalls?.map(({ id }) => id) : undefined,
    ]);
    this.#begins(run, { stepKey, asked: JSON.stringify([tools.length, shown]) });
  }

  replied({ run, stepKey }: ModelRequest, tokens: number): void {
    const done = this.#of(run);
    // Side by side, members have room for their replies set aside: what goes beyond the limit is one call.
    if (done.tokens >= this.#limits.maxTokens + LARGEST_CALL) {
      this.#accuse('P10', `${run.runId} goes on after ${done.tokens} tokens`);
    }
    done.tokens += tokens;
    done.steps.add(stepKey);
    this.#judgeLimits(run, done.steps);
  }

  used({ run, stepKey, call }: ToolRequest): void {
    this.#begins(run, { stepKey, asked: JSON.stringify([call.name, call.input]) });
    if (call.name === UNREPEATABLE) this.#acts(run, stepKey);
    const done = this.#of(run).steps;
    if (done.has(`tool ${stepKey}`)) this.#accuse('journal', `${run.runId} repeats ${stepKey}`);
    done.add(`tool ${stepKey}`);
  }

  #begins(run: RunRef, { stepKey, asked }: { stepKey: string; asked: string }): void {
    const own = this.#of(run);
    own.asked.set(stepKey, asked);
    if (own.known.has(stepKey) && this.#kept.get(`${run.runId} ${stepKey}`) === asked)
      this.#accuse('journal', `${run.runId} makes ${stepKey} again, whose result was kept`);
  }

  #acts({ runId }: RunRef, stepKey: string): void {
    const deed = `${runId} ${stepKey}`;
    if (this.#acted.has(deed)) this.#accuse('journal', `${runId} acts twice in ${stepKey}`);
    this.#acted.add(deed);
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
    const done = byEpoch.get(epoch) ?? {
      steps: new Set<string>(),
      known: new Set<string>(),
      asked: new Map<string, string>(),
      tokens: 0,
    };
    byEpoch.set(epoch, done);
    return done;
  }
}

/** True for a kept reply without a word: as good a reason to fail the second time as it was the first. */
export const isBlank = ({ output }: RunStep): boolean => isRecord(output) && output['text'] === '';

/** What one incarnation has done for one run. */
interface Done {
  readonly steps: Set<string>;
  /** What it was told of the work of others. */
  readonly known: Set<string>;
  /** What was asked in each step. */
  readonly asked: Map<string, string>;
  tokens: number;
}
