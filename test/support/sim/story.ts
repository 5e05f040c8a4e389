import type { Unfinished } from '../../../src/runtime/dispatcher.ts';
import type { Runtime } from '../../../src/runtime/runtime.ts';
import { quiet } from '../../../src/testing/clock.ts';
import { askNew, type Deed, deedsOf, worldOf } from './deeds.ts';
import { openHouse, questionOf, setStage } from './house.ts';
import type { PlantedFault } from './planted-fault.ts';
import type { Asked } from './questions.ts';
import { listen } from './scene.ts';
import type { Stage } from './stage.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** How many things happen before the story comes to its end. */
  readonly events: number;
  readonly fault?: PlantedFault | undefined;
  /** Told of every line of the trace. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** What came of one seed. */
export interface SimulationResult {
  readonly seed: number;
  readonly events: number;
  readonly runs: number;
  readonly activations: number;
  readonly crashes: number;
  /** Promises that were broken, in the order in which that was noticed. */
  readonly violations: readonly string[];
  /** The same for the same seed, whatever the machine. */
  readonly traceHash: string;
  /** How often each kind of thing happened: what was tried, and how it ended. */
  readonly seen: ReadonlyMap<string, number>;
  /** The last lines of the trace. */
  readonly tail: readonly string[];
}

/** Plays one story: the real runtime and machines, everything else chosen by the seed. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const story = new Story(options);
  await story.play();
  return story.result;
}

/** More events than any house needs to come to rest: beyond them it is stuck. */
const PATIENCE = 20_000;

/** One life of a house, from its opening to the moment when nothing of it is left. */
class Story {
  readonly #options: SimulationOptions;
  readonly #stage: Stage;
  readonly #runtime: Runtime;
  readonly #unfinished: readonly Unfinished[];
  /** Questions of an earlier life of which nothing was heard yet. */
  #unheard: readonly Asked[] = [];
  #events = 0;
  #hash = '';

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#stage = setStage(options.seed, options.onLine);
    const { unfinished = 0 } = this.#stage.plan.inbox ?? {};
    this.#unfinished = Array.from({ length: unfinished }, (_, nth) => {
      const question = questionOf(this.#stage, `old${nth + 1}`);
      const inVain = this.#stage.dice.upTo(4);
      return { question, tries: { inVain, inAll: inVain + this.#stage.dice.upTo(8) } };
    });
    this.#runtime = openHouse(this.#stage, this.#unfinished, options.fault);
  }

  async play(): Promise<void> {
    const stray = (error: unknown): void =>
      this.#stage.witness.accuse('stray', `an error nobody handled: ${String(error)}`);
    process.on('unhandledRejection', stray);
    process.on('uncaughtException', stray);
    try {
      await this.#begin();
      await this.#livelyTimes();
      if (this.#stage.plan.ending === 'quiet') await this.#quietTimes();
      await this.#close();
      this.#stage.witness.atEnd();
      this.#hash = this.#stage.trace.close();
    } finally {
      process.off('unhandledRejection', stray);
      process.off('uncaughtException', stray);
    }
  }

  get result(): SimulationResult {
    const { witness, trace } = this.#stage;
    const { seed } = this.#options;
    for (const { outcome } of witness.questions.all) {
      const detail = outcome?.kind === 'refused' ? ` ${outcome.refusal.kind}` : '';
      trace.count(`${outcome?.kind ?? 'unheard'}${detail}`);
    }
    return {
      seed,
      events: this.#events,
      runs: witness.questions.all.length,
      activations: witness.incarnations.activations,
      crashes: witness.incarnations.crashes,
      violations: witness.violations,
      traceHash: this.#hash,
      seen: trace.seen,
      tail: trace.tail,
    };
  }

  async #begin(): Promise<void> {
    const { witness } = this.#stage;
    this.#unheard = this.#unfinished.map(({ question, tries }) =>
      // Nothing was tried again before the first death.
      witness.askedBefore(question, tries.inAll + 1),
    );
    await this.#event('recover', () => this.#runtime.recover());
  }

  /** Everything may happen. */
  async #livelyTimes(): Promise<void> {
    const deeds = deedsOf(this.#stage, this.#runtime);
    for (let left = this.#options.events; left > 0; left--) await this.#chance(deeds);
  }

  /** Nobody asks any more: everybody is answered, and every team leaves by itself. */
  async #quietTimes(): Promise<void> {
    const { witness, plan } = this.#stage;
    const isQuiet = () => witness.questions.open.length === 0;
    await this.#until(isQuiet, 'questions stay open though the world answers');
    const isEmpty = () => this.#runtime.view(0).teamCount === 0;
    await this.#until(isEmpty, `idle teams stay beyond ${plan.limits.supervisor.idleAfterMs} ms`);
  }

  /** The house closes; when it says that it is closed, nothing may be left. */
  async #close(): Promise<void> {
    const { witness, plan, effects } = this.#stage;
    let isClosed = false;
    const stop = (): void => {
      witness.causes.isClosing = true;
      void this.#runtime.stop().then(() => {
        isClosed = true;
      });
    };
    await this.#event('stop', stop);
    if (plan.ending === 'forced') {
      for (let left = 10; left > 0; left--) await this.#chance(worldOf(this.#stage));
      witness.causes.isForced = true;
      await this.#event('stop again', stop);
    }
    await this.#until(() => isClosed, 'the house does not close');
    const late = (): void => {
      askNew(this.#stage, this.#runtime, questionOf(this.#stage, 'late'));
    };
    await this.#event('ask a closed house', late);
    // Resources that arrived late may still be closing; their deadlines are the last timers.
    const isAtRest = () => effects.ready.length === 0 && !witness.incarnations.areClosing;
    await this.#until(isAtRest, 'work goes on in a closed house');
    this.#lookForRemains();
  }

  #lookForRemains(): void {
    const { witness, plan, clock } = this.#stage;
    if (clock.pending > 0) witness.accuse('end', `${clock.pending} timers are left`);
    const { teamCount, waitingCount } = this.#runtime.view(0);
    if (teamCount + waitingCount > 0) witness.accuse('end', `${teamCount} teams are left`);
    for (const { question } of plan.users.flatMap((userId) => this.#runtime.underway(userId))) {
      witness.accuse('end', `the feed of ${question.runId} is left`);
    }
  }

  async #until(isDone: () => boolean, otherwise: string): Promise<void> {
    const { witness } = this.#stage;
    for (let left = PATIENCE; !isDone(); left--) {
      if (left === 0) return witness.accuse('end', otherwise);
      await this.#chance(worldOf(this.#stage));
    }
  }

  async #chance(deeds: readonly Deed[]): Promise<void> {
    const { name, happen } = this.#stage.dice.weighted(deeds);
    await this.#event(name, happen);
  }

  /** One event with everything that follows of it, and then the witness looks. */
  async #event(name: string, happen: () => void | Promise<void>): Promise<void> {
    const { witness, trace, effects } = this.#stage;
    this.#events += 1;
    trace.count(name);
    trace.note(name);
    witness.beforeEvent(effects.open);
    await happen();
    this.#hearOfRecovered();
    await quiet();
    this.#hearOfRecovered();
    witness.afterEvent();
  }

  /** Questions of an earlier life begin a few at a time: each is listened to from then on. */
  #hearOfRecovered(): void {
    for (const asked of this.#unheard) {
      const { runId, userId } = asked.question;
      const events = this.#runtime.watch(runId, userId);
      if (events === undefined) continue;
      asked.isHeard = true;
      void listen(this.#stage, asked, events);
    }
    this.#unheard = this.#unheard.filter(({ isHeard }) => !isHeard);
  }
}
