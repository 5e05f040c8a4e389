import type { Epoch, RunId } from '../../machines/ids.ts';
import type {
  Confirmation,
  ConfirmationEnd,
  Progress,
  Question,
  RunEvent,
  RunOutcome,
  RunRef,
} from '../../machines/question.ts';
import type { Log } from '../shared/log.ts';
import { Askers } from './askers.ts';
import { type Feed, knownOf, tell, wait, watch } from './run-feed.ts';

/** A run under way, for whoever watches the house. */
export interface RunView {
  readonly question: Question;
  /** What it does: `queued`, or the kind of its leader's last progress. */
  readonly state: string;
}

/** Whether a leader has saved the outcome already. */
export type Ending = 'saved' | 'unsaved';

export interface RunsOptions {
  readonly log: Log;
  /** What watchers are told of an outcome. */
  readonly told: (question: Question, outcome: RunOutcome) => RunOutcome;
  /** Told of every run's end, once. */
  readonly onSettled: (question: Question, outcome: RunOutcome, ending: Ending) => void;
}

/** The runs under way and those who watch them. */
export class Runs {
  /** Who has runs that have not ended. */
  readonly askers = new Askers();
  readonly #feeds = new Map<RunId, Feed>();
  /** Those under way that somebody has stopped. */
  readonly #takenBack = new Set<RunId>();
  /** Those under way that end with this life of the house. */
  readonly #onlyHere = new Set<RunId>();
  readonly #options: RunsOptions;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#feeds.size;
  }

  /** Opens a run's feed; `undefined` when that run is under way already. */
  open(question: Question): AsyncIterable<RunEvent> | undefined {
    const { runId } = question;
    if (this.#feeds.has(runId)) return undefined;
    const watchers: Feed['watchers'] = new Set();
    const feed = {
      question,
      watchers,
      progress: new Map<string, Progress>(),
      asking: new Map<string, Confirmation>(),
      resolve: undefined,
      epoch: undefined,
      waiting: undefined,
      started: false,
      turnsBefore: 0,
      turn: 0,
      draft: '',
    };
    this.#feeds.set(runId, feed);
    this.askers.count(question.userId, 1);
    return watch(feed, []);
  }

  /** Every run that has not ended. */
  underway(): readonly RunView[] {
    return [...this.#feeds.values()].map(({ question, waiting, progress }) => ({
      question,
      state: waiting === undefined ? (progress.get('leader')?.kind ?? 'starting') : 'queued',
    }));
  }

  /** Somebody wants these to end. */
  takeBack(isMeant: (question: Question) => boolean): void {
    for (const [runId, { question }] of this.#feeds)
      if (isMeant(question)) this.#takenBack.add(runId);
  }

  isTakenBack(runId: RunId): boolean {
    return this.#takenBack.has(runId);
  }

  /** The next life of the house will not go on with it: its question is not kept, or its answer would reach nobody. */
  endHere(runId: RunId): void {
    if (this.#feeds.has(runId)) this.#onlyHere.add(runId);
  }

  endsHere(runId: RunId): boolean {
    return this.#onlyHere.has(runId);
  }

  /** Takes a run up, opening its feed if nobody asked for it; resolves when it is settled. */
  begin(question: Question): Promise<void> {
    this.open(question);
    const feed = this.#feeds.get(question.runId);
    return new Promise((resolve) => {
      if (feed === undefined) resolve();
      else feed.resolve = resolve;
    });
  }

  /** True when a run was taken up and has not ended. */
  isTaken(runId: RunId): boolean {
    return this.#feeds.get(runId)?.resolve !== undefined;
  }

  /** The question of a run under way. */
  questionOf(runId: RunId): Question | undefined {
    return this.#feeds.get(runId)?.question;
  }

  /** Joins a run under way, beginning with what is known of it. */
  join(runId: RunId): AsyncIterable<RunEvent> | undefined {
    const feed = this.#feeds.get(runId);
    return feed === undefined ? undefined : watch(feed, knownOf(runId, feed));
  }

  /** It waits for a place in the house. */
  waits(runId: RunId, place: number): void {
    const feed = this.#feeds.get(runId);
    if (feed !== undefined) wait(feed, { type: 'run.queued', runId, behind: 'house', place });
  }

  /** A team gets it, perhaps not the first one: it begins anew. */
  given(runId: RunId, epoch: Epoch): void {
    const feed = this.#feeds.get(runId);
    if (feed === undefined) return;
    feed.epoch = epoch;
    feed.waiting = undefined;
    feed.started = false;
    feed.progress.clear();
    feed.asking.clear();
    feed.turnsBefore = feed.turn;
    feed.draft = '';
  }

  /** Whether this incarnation has it: what another one says of it counts for nothing. */
  isWith(run: RunRef): boolean {
    return this.#feedOf(run) !== undefined;
  }

  queued(run: RunRef, place: number): void {
    const feed = this.#feedOf(run);
    const { runId } = run;
    if (feed !== undefined) wait(feed, { type: 'run.queued', runId, behind: 'channel', place });
  }

  started(run: RunRef): void {
    const feed = this.#feedOf(run);
    if (feed === undefined) return;
    feed.started = true;
    feed.waiting = undefined;
    tell(feed, { type: 'run.started', runId: run.runId });
  }

  progressed(run: RunRef, progress: Progress): void {
    const feed = this.#feedOf(run);
    if (feed === undefined) return;
    feed.progress.set('slot' in progress ? progress.slot : 'leader', progress);
    tell(feed, { type: 'run.progressed', runId: run.runId, progress });
  }

  /** The run waits for the asker's word. */
  asks(run: RunRef, confirmation: Confirmation): void {
    const feed = this.#feedOf(run);
    if (feed === undefined) return;
    feed.asking.set(confirmation.stepKey, confirmation);
    tell(feed, { type: 'run.asking', runId: run.runId, confirmation });
  }

  /** It has it, or waits no longer. */
  confirmed(run: RunRef, stepKey: string, end: ConfirmationEnd): void {
    const feed = this.#feedOf(run);
    if (feed === undefined || !feed.asking.delete(stepKey)) return;
    tell(feed, { type: 'run.confirmed', runId: run.runId, stepKey, end });
  }

  drafted(run: RunRef, draftTurn: number, delta: string): void {
    const feed = this.#feedOf(run);
    if (feed === undefined) return;
    const turn = feed.turnsBefore + draftTurn;
    feed.draft = turn === feed.turn ? feed.draft + delta : delta;
    feed.turn = turn;
    tell(feed, { type: 'run.drafted', runId: run.runId, turn, delta });
  }

  /** The end of a run: told once, whatever comes later. */
  settle(runId: RunId, outcome: RunOutcome, ending: Ending): void {
    const { log, told, onSettled } = this.#options;
    const feed = this.#feeds.get(runId);
    if (feed === undefined) {
      log.warn('run.settled_twice', { runId, outcome: outcome.kind });
      return;
    }
    this.#feeds.delete(runId);
    this.askers.count(feed.question.userId, -1);
    tell(feed, { type: 'run.settled', runId, outcome: told(feed.question, outcome) });
    onSettled(feed.question, outcome, ending);
    this.#takenBack.delete(runId);
    this.#onlyHere.delete(runId);
    feed.resolve?.();
  }

  #feedOf({ runId, epoch }: RunRef): Feed | undefined {
    const feed = this.#feeds.get(runId);
    return feed?.epoch === epoch ? feed : undefined;
  }
}
