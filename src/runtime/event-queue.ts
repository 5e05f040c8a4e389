import type { RunEvent } from '../../machines/question.ts';

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The events of one run for one watcher, in order, ending after `run.settled`. A slow watcher loses no
 * text and holds up nobody: drafts that wait are joined into one.
 */
export class EventQueue implements AsyncIterableIterator<RunEvent, undefined> {
  readonly #events: RunEvent[] = [];
  readonly #waiters: ((result: IteratorResult<RunEvent, undefined>) => void)[] = [];
  readonly #detach: (queue: EventQueue) => void;
  #ended = false;

  constructor(known: readonly RunEvent[], detach: (queue: EventQueue) => void) {
    this.#events.push(...known);
    this.#detach = detach;
  }

  push(event: RunEvent): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#keep(event);
    else waiter(this.#deliver(event));
  }

  next(): Promise<IteratorResult<RunEvent, undefined>> {
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve(this.#deliver(event));
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Leaving the loop ends the watching, not the run. */
  return(): Promise<IteratorResult<RunEvent, undefined>> {
    this.#end();
    this.#events.length = 0;
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #deliver(event: RunEvent): IteratorYieldResult<RunEvent> {
    if (event.type === 'run.settled') this.#end();
    return { done: false, value: event };
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#detach(this);
    for (const waiter of this.#waiters.splice(0)) waiter(DONE);
  }

  #keep(event: RunEvent): void {
    const last = this.#events.at(-1);
    if (event.type === 'run.drafted' && last?.type === 'run.drafted' && last.turn === event.turn) {
      this.#events[this.#events.length - 1] = { ...last, delta: last.delta + event.delta };
      return;
    }
    this.#events.push(event);
  }
}
