import { tokensOf } from '../../../machines/conversation.ts';
import type { FailureKind } from '../../../machines/failure.ts';
import type { RunId, UserId } from '../../../machines/ids.ts';
import type {
  ModelReply,
  ModelRequest,
  RunRecord,
  RunStep,
  ToolRequest,
} from '../../../machines/ports.ts';
import type { Question, RunOutcome, RunRef } from '../../../machines/question.ts';
import type { SimulatedClock } from '../../../src/testing/clock.ts';
import { type Causes, nothingDone } from './causes.ts';
import type { Effect, Owner } from './effects.ts';
import { EventWatch } from './event-watch.ts';
import { Incarnations } from './incarnations.ts';
import { markOf, marksIn } from './marks.ts';
import { textOf } from './mind.ts';
import { type Situation, whyImpossible } from './outcomes.ts';
import type { Plan } from './plan.ts';
import { type Asked, type Moment, Questions } from './questions.ts';
import { isBlank, StepKeys } from './step-keys.ts';
import type { Trace } from './trace.ts';

interface WitnessOptions {
  readonly plan: Plan;
  readonly trace: Trace;
  readonly clock: SimulatedClock;
}

/** Watches a house from the outside and says which promises it breaks. */
export class Witness {
  readonly violations: string[] = [];
  readonly incarnations: Incarnations;
  readonly questions: Questions;
  readonly causes: Causes;
  readonly #plan: Plan;
  readonly #trace: Trace;
  readonly #now: () => Moment;
  readonly stepKeys: StepKeys;
  readonly #calls = new Map<number, string>();
  readonly #crashes = new Map<UserId, number>();
  readonly #failedHydrations = new Map<UserId, number>();
  readonly #asks = new Map<RunId, number>();
  readonly #event: EventWatch;

  constructor({ plan, trace, clock }: WitnessOptions) {
    const start = clock.now();
    this.#plan = plan;
    this.#trace = trace;
    this.causes = nothingDone(plan.limits.supervisor.maxTeams);
    this.#now = () => {
      const elapsedMs = clock.now() - start - this.causes.jumpedMs;
      return { elapsedMs, claimedMs: elapsedMs + this.causes.claimedMs };
    };
    this.incarnations = new Incarnations(this.accuse, () => ({
      maxTeams: this.causes.maxTeams,
      disposeMs: plan.graceMs.dispose,
      elapsedMs: () => this.#now().elapsedMs,
    }));
    this.questions = new Questions(this.accuse, this.#now);
    this.#event = new EventWatch(this.accuse, this.incarnations, this.questions);
    this.stepKeys = new StepKeys(this.accuse, plan.roster.limits);
  }

  readonly accuse = (promise: string, how: string): void => {
    this.violations.push(`${promise}: ${how} (event ${this.#trace.lines})`);
    this.#trace.note(`! ${promise}: ${how}`);
  };

  readonly textOfCall = (nth: number): string | undefined => this.#calls.get(nth);

  ask(question: Question, isRecovered: boolean): Asked {
    this.#asks.set(question.runId, (this.#asks.get(question.runId) ?? 0) + 1);
    this.stepKeys.forget(question.runId);
    return this.questions.ask(question, isRecovered);
  }

  /** A question that an earlier life of the house has left, having died with it so often. */
  askedBefore(question: Question, deaths: number): Asked {
    const asked = this.ask(question, true);
    asked.crashes = deaths;
    return asked;
  }

  settled(asked: Asked, outcome: RunOutcome): void {
    const { runId, userId } = asked.question;
    asked.settlements += 1;
    asked.outcome ??= outcome;
    if (asked.settlements > 1) this.accuse('P4', `${runId} is settled ${asked.settlements} times`);
    const why = whyImpossible(outcome, asked, this.#situationOf(asked));
    if (why !== undefined) this.accuse('P4', `${runId}: ${why}`);
    if (asked.hasEnded && asked.saved?.kind !== outcome.kind) {
      this.accuse('P4', `${runId} is ${outcome.kind}, but was saved as ${asked.saved?.kind}`);
    }
    // Taken back, it ends when its turn comes: perhaps with the end of another.
    const isHarm = ['failed', 'cancelled'].includes(outcome.kind) && !asked.isTakenBack;
    // What an earlier life has left may be given up at any time: its turn has come.
    if (isHarm && asked.isHeard) this.#event.harmed(userId);
  }

  disposing(name: string): void {
    const closing = this.incarnations.disposing(name);
    if (closing !== undefined) this.#event.closing(closing);
  }

  hydrationFailed({ userId }: Owner): void {
    this.#failedHydrations.set(userId, (this.#failedHydrations.get(userId) ?? 0) + 1);
  }

  begins(run: RunRef, question: Question): void {
    this.incarnations.acts(run, 'begin');
    this.questions.begins(run, this.#plan.limits.team);
    if (question.userId !== run.userId)
      this.accuse('P9', `${run.runId} carries a foreign question`);
  }

  /** The store has told a run what was done of it before. */
  resumes(run: RunRef, steps: readonly RunStep[]): void {
    this.stepKeys.knows(run, steps);
    if (steps.length > 0) this.#trace.count('a run resumed with steps');
    if (steps.some(({ kind }) => kind === 'intent')) this.#trace.count('an intent without result');
    if (steps.some(isBlank)) this.questions.of(run.runId).failures.add('empty');
  }

  startFailed({ runId }: RunRef): void {
    this.questions.of(runId).failures.add('start');
  }

  ends(record: RunRecord): void {
    this.incarnations.acts(record.run, 'end');
    this.questions.ends(record);
  }

  ended(run: RunRef, how: { readonly isSaved: boolean; readonly isAborted: boolean }): void {
    if (how.isAborted) return;
    if (!how.isSaved) this.questions.of(run.runId).failures.add('save');
    this.questions.ended(run);
  }

  finished(runId: RunId, outcome: RunOutcome): void {
    const asked = this.questions.of(runId);
    asked.finishes += 1;
    if (asked.finishes > 1) this.accuse('P4', `${runId} is closed ${asked.finishes} times`);
    if (outcome.kind === 'answered') this.accuse('P4', `${runId} is closed with an answer`);
    // One that was refused as soon as it was taken up: this is all that is ever told of it.
    if (!asked.isHeard) this.settled(asked, outcome);
  }

  modelCalled(request: ModelRequest, nth: number): void {
    const { run, stepKey, messages } = request;
    this.#calls.set(nth, textOf(request, nth));
    this.incarnations.acts(run, stepKey);
    this.#works(run, stepKey);
    this.stepKeys.called(request);
    if (stepKey.split('/').length > 4) this.#trace.count('a member of a nested team');
    const marks = messages.flatMap(({ content }) => marksIn(content));
    const foreign = marks.find((mark) => mark !== markOf(run));
    if (foreign !== undefined) this.accuse('P9', `${run.runId} is shown something of ${foreign}`);
  }

  replied(request: ModelRequest, { text, usage }: ModelReply): void {
    this.stepKeys.replied(request, tokensOf(usage));
    if (text === '') this.questions.of(request.run.runId).failures.add('empty');
  }

  failed(run: RunRef, kind: FailureKind): void {
    this.questions.of(run.runId).failures.add(kind);
  }

  toolCalled(request: ToolRequest): void {
    const { run, stepKey } = request;
    this.incarnations.acts(run, stepKey);
    this.#works(run, stepKey);
    this.stepKeys.used(request);
  }

  /** A bug is about to be thrown on somebody's account. Nobody may notice one that was aborted before. */
  bug(owner: Owner, isAborted: boolean): Error {
    if (!isAborted) this.#event.bug(owner);
    return new Error('A bug of the simulation.');
  }

  crashed(owner: Owner): void {
    this.incarnations.crashed(owner);
    this.#crashes.set(owner.userId, (this.#crashes.get(owner.userId) ?? 0) + 1);
    this.#event.crashed(owner);
    this.questions.crashed(owner.userId);
    this.questions.left(owner);
  }

  stoppedHard(owner: Owner): void {
    this.incarnations.stoppedHard(owner);
    this.questions.left(owner);
  }

  /** Something is about to happen, while all this is under way. */
  beforeEvent(underWay: readonly Effect[]): void {
    this.#event.before(underWay);
  }

  /** It has happened, with everything that followed of it. */
  afterEvent(): void {
    this.#event.after();
    this.incarnations.afterEvent();
    const { maxWaitMs, backoffLongestMs } = this.#plan.limits.supervisor;
    // Somebody whose team failed rests first. An hour set back hides how long anybody has waited so far.
    this.questions.afterEvent({
      patienceMs: 1.5 * backoffLongestMs + maxWaitMs * (1 + this.causes.jumpsBack),
      hasTeam: (userId) => this.incarnations.hasTeam(userId),
    });
  }

  atEnd(): void {
    this.incarnations.atEnd();
    for (const asked of this.questions.all) {
      // What an earlier life has left and this one has not begun is left to the next.
      if (asked.isHeard || asked.settlements > 0) this.#judgeEnd(asked);
    }
  }

  /** One outcome, and kept in one place: by the leader that ended it, or closed in the inbox. */
  #judgeEnd({ question, settlements, isOffered, hasEnded, finishes, outcome }: Asked): void {
    if (settlements !== 1) this.accuse('P4', `${question.runId} has ${settlements} outcomes`);
    const why = outcome?.kind === 'refused' ? outcome.refusal.kind : undefined;
    if (this.#plan.inbox === undefined || why === 'duplicate' || !isOffered) return;
    if (finishes !== (hasEnded || why === 'postponed' ? 0 : 1)) {
      this.accuse('P4', `${question.runId} is closed ${finishes} times, saved: ${hasEnded}`);
    }
  }

  #works({ runId, epoch }: RunRef, what: string): void {
    const { workedBy, outcome } = this.questions.of(runId);
    if (workedBy !== epoch) this.accuse('P8', `${what} of ${runId} comes from epoch ${epoch}`);
    if (outcome !== undefined) this.accuse('P4', `${what} of ${runId} comes after its end`);
  }

  #situationOf({ question: { userId, runId } }: Asked): Situation {
    return {
      plan: this.#plan,
      now: this.#now(),
      isClosing: this.causes.isClosing,
      isForced: this.causes.isForced,
      crashesOf: this.#crashes.get(userId) ?? 0,
      failedHydrations: this.#failedHydrations.get(userId) ?? 0,
      teamAgeMs: this.incarnations.ageOf(userId),
      isRepeated: (this.#asks.get(runId) ?? 0) > 1,
    };
  }
}
