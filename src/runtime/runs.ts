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
import { EventQueue } from './event-queue.ts';

/** What is known of a run that has not ended: enough for somebody who joins late. */
interface Feed {
  readonly question: Question;
  readonly watchers: Set<EventQueue>;
  /** Tells the dispatcher that the run is over. */
  resolve: (() => void) | undefined;
  /** The team that has it: what any other incarnation says of it is late. */
  epoch: Epoch | undefined;
  waiting: RunEvent | undefined;
  started: boolean;
  /** The last step of the leader and of each member. */
  readonly progress: Map<string, Progress>;
  /** What the asker has not answered yet, by step. */
  readonly asking: Map<string, Confirmation>;
  /** Drafts of earlier teams: those of the next one are numbered on, so that they replace them. */
  turnsBefore: number;
  turn: number;
  draft: string;
}

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
  /** Told of every run's end, once. */
  readonly onSettled: (question: Question, outcome: RunOutcome, ending: Ending) => void;
}

/** The runs under way and those who watch them. */
export class Runs {
  /** Who has runs that have not ended. */
  readonly askers = new Askers();
  readonly #feeds = new Map<RunId, Feed>();
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
    const watchers = new Set<EventQueue>();
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
    const { log, onSettled } = this.#options;
    const feed = this.#feeds.get(runId);
    if (feed === undefined) {
      log.warn('run.settled_twice', { runId, outcome: outcome.kind });
      return;
    }
    this.#feeds.delete(runId);
    this.askers.count(feed.question.userId, -1);
    tell(feed, { type: 'run.settled', runId, outcome });
    onSettled(feed.question, outcome, ending);
    feed.resolve?.();
  }

  #feedOf({ runId, epoch }: RunRef): Feed | undefined {
    const feed = this.#feeds.get(runId);
    return feed?.epoch === epoch ? feed : undefined;
  }
}

function watch({ watchers }: Feed, known: readonly RunEvent[]): AsyncIterable<RunEvent> {
  const queue = new EventQueue(known, (left) => watchers.delete(left));
  watchers.add(queue);
  return queue;
}

function wait(feed: Feed, event: Extract<RunEvent, { type: 'run.queued' }>): void {
  feed.waiting = event;
  tell(feed, event);
}

function tell(feed: Feed, event: RunEvent): void {
  for (const watcher of feed.watchers) watcher.push(event);
}

function knownOf(
  runId: RunId,
  { waiting, started, progress, asking, turn, draft }: Feed,
): readonly RunEvent[] {
  if (waiting !== undefined) return [waiting];
  if (!started) return [];
  return [
    { type: 'run.started', runId },
    ...[...progress.values()].map(
      (step): RunEvent => ({ type: 'run.progressed', runId, progress: step }),
    ),
    ...[...asking.values()].map(
      (confirmation): RunEvent => ({ type: 'run.asking', runId, confirmation }),
    ),
    ...(draft === '' ? [] : [{ type: 'run.drafted', runId, turn, delta: draft } as const]),
  ];
}
