import { type Failure, failure } from '../../../machines/failure.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Breakage, breakageOf } from './breakage.ts';
import type { McpClient } from './client.ts';
import type { McpServer } from './servers.ts';

/** What a piece of work came to; `isUndone` when the server has certainly not begun with it. */
export type Used<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'broke'; readonly failure: Failure; readonly isUndone: boolean };

export type Work<Result> = (client: McpClient, signal: AbortSignal) => Promise<Result>;

/** How it ended for the connection: something was heard, nothing was, or nobody waited for it. */
export type Heard = 'answered' | 'silent' | 'left';

export interface UseOptions<Result> {
  readonly server: McpServer;
  readonly clock: Clock;
  readonly work: Work<Result>;
  /** Ends it at once. */
  readonly signal: AbortSignal;
  readonly onEnd: (heard: Heard) => void;
  readonly onLost: (client: McpClient, why: Breakage) => void;
}

/** One piece of work with a session: waits for one, does it within the server's deadline, and ends exactly once. */
export class Use<Result> {
  readonly #options: UseOptions<Result>;
  readonly #end = Promise.withResolvers<Used<Result>>();
  readonly #controller = new AbortController();
  readonly #timer: unknown;
  #state: 'waiting' | 'begun' | 'over' = 'waiting';

  constructor(options: UseOptions<Result>) {
    this.#options = options;
    const { clock, server, signal } = options;
    this.#timer = clock.setTimeout(this.#expire, server.timeoutMs);
    signal.addEventListener('abort', this.#leave);
  }

  get end(): Promise<Used<Result>> {
    return this.#end.promise;
  }

  begin(client: McpClient): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'begun';
    const { work, server, onLost } = this.#options;
    work(client, this.#controller.signal).then(
      (result) => this.#settle({ kind: 'done', result }, 'answered'),
      (error: unknown) => {
        const why = breakageOf(server.name, error);
        // Whoever was stopped rejects, too: that says nothing of the session.
        const isLost = why.isLost && this.#state !== 'over';
        this.#settle({ ...why, kind: 'broke' }, why.isLost ? 'left' : 'answered');
        if (isLost) onLost(client, why);
      },
    );
  }

  /** There is no session for it, or no more. */
  fail(why: Failure): void {
    this.#break(why, 'left');
  }

  readonly #leave = (): void => this.#break(failure('aborted', 'The call was stopped.'), 'left');

  readonly #expire = (): void => {
    const { name, timeoutMs } = this.#options.server;
    const late = failure('timeout', `${name} did not answer within ${timeoutMs} ms.`);
    this.#break(late, this.#state === 'begun' ? 'silent' : 'left');
  };

  #break(why: Failure, heard: Heard): void {
    this.#settle({ kind: 'broke', failure: why, isUndone: this.#state === 'waiting' }, heard);
  }

  #settle(used: Used<Result>, heard: Heard): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    const { clock, signal, onEnd } = this.#options;
    clock.clearTimeout(this.#timer);
    signal.removeEventListener('abort', this.#leave);
    this.#controller.abort();
    this.#end.resolve(used);
    onEnd(heard);
  }
}
