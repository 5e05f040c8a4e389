import type { Epoch, RunId } from '../../machines/ids.ts';
import type { Confirmation, Progress, Question, RunEvent } from '../../machines/question.ts';
import { EventQueue } from './event-queue.ts';

/** What is known of a run that has not ended: enough for somebody who joins late. */
export interface Feed {
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

/** Joins it, beginning with what is known already. */
export function watch({ watchers }: Feed, known: readonly RunEvent[]): AsyncIterable<RunEvent> {
  const queue = new EventQueue(known, (left) => watchers.delete(left));
  watchers.add(queue);
  return queue;
}

/** It waits for its turn. */
export function wait(feed: Feed, event: Extract<RunEvent, { type: 'run.queued' }>): void {
  feed.waiting = event;
  tell(feed, event);
}

/** Tells everybody who watches. */
export function tell(feed: Feed, event: RunEvent): void {
  for (const watcher of feed.watchers) watcher.push(event);
}

/** What somebody who joins late has missed, in short. */
export function knownOf(
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
