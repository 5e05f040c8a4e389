import { failure } from '../../machines/failure.ts';
import type { Clock } from '../shared/clock.ts';
import type { Connection } from './connection.ts';
import type { ConnectionPool, Taker } from './connection-pool.ts';
import { aborted, concernsConnection, isConflict, StoreError, translated } from './store-error.ts';

/** What the calls of one database have in common. */
export interface CallSettings {
  readonly pool: ConnectionPool;
  readonly clock: Clock;
  /** For all of it, the wait for a connection included. */
  readonly deadlineMs: number;
  /** From the moment on that the connection is there. Shorter: a dead one is noticed before everybody waits for it. */
  readonly answerWithinMs: number | undefined;
  readonly name: string;
}

/** How often work is run again that other transactions have got into the way of. */
const MOST_REPEATS = 3;

/**
 * One piece of work on a borrowed connection, under two deadlines. The caller may stop waiting (abort) before the work
 * ends; the connection is lent on only when it has ended. Past a deadline the connection is destroyed. What another
 * transaction has undone is run again, a few times.
 */
export class Call<T> implements Taker {
  readonly #work: (connection: Connection) => Promise<T>;
  readonly #settings: CallSettings;
  readonly #outcome = Promise.withResolvers<T>();
  #connection: Connection | undefined;
  #timer: unknown;
  #answerTimer: unknown;
  #attempts = 0;
  #repeats = 0;
  #over = false;
  #left = false;
  #stopListening: (() => void) | undefined;

  constructor(work: (connection: Connection) => Promise<T>, settings: CallSettings) {
    this.#work = work;
    this.#settings = settings;
  }

  /** Settles within the deadline; rejects with `StoreError`, or with a bug of the work. */
  start(signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted) return Promise.reject(aborted());
    const { clock, deadlineMs } = this.#settings;
    this.#timer = clock.setTimeout(() => this.#expire(deadlineMs), deadlineMs);
    if (signal !== undefined) this.#heed(signal);
    this.#settings.pool.take(this);
    return this.#outcome.promise;
  }

  granted(connection: Connection): void {
    // It comes too late for a caller who has left.
    if (this.#over) {
      this.#settings.pool.giveBack(connection);
      return;
    }
    this.#connection = connection;
    this.#attempts++;
    connection.onLost = (error) => this.#failed(connection, error);
    const { clock, answerWithinMs } = this.#settings;
    if (answerWithinMs !== undefined) {
      this.#answerTimer = clock.setTimeout(() => this.#expire(answerWithinMs), answerWithinMs);
    }
    this.#perform(connection);
  }

  refused(error: unknown): void {
    this.#end();
    this.#outcome.reject(translated(error, this.#settings.name));
  }

  #perform(connection: Connection): void {
    this.#work(connection).then(
      (value) => this.#done(connection, value),
      (error: unknown) => this.#failed(connection, error),
    );
  }

  #done(connection: Connection, value: T): void {
    if (!this.#release(connection)) return;
    this.#end();
    this.#outcome.resolve(value);
  }

  #failed(connection: Connection, thrown: unknown): void {
    const error = translated(thrown, this.#settings.name);
    if (this.#mayRepeat(connection, error)) {
      this.#repeats++;
      this.#perform(connection);
      return;
    }
    // Its session is in an unknown state: nobody should get it next.
    const isBroken = concernsConnection(error);
    if (isBroken) connection.destroy();
    if (!this.#release(connection)) return;
    // A pooled connection may have died while it lay idle: that says nothing about the database yet.
    const mayRetry = isBroken && this.#attempts === 1 && !this.#left;
    if (mayRetry) {
      this.#settings.pool.takeFresh(this);
      return;
    }
    this.#end();
    this.#outcome.reject(error);
  }

  /** Whoever was in the way has committed by now, and what was undone has done nothing. */
  #mayRepeat(connection: Connection, error: Error): boolean {
    const isStillWanted = this.#connection === connection && !this.#left;
    return isStillWanted && isConflict(error) && this.#repeats < MOST_REPEATS;
  }

  /** False when another way out of the work was taken before. */
  #release(connection: Connection): boolean {
    if (this.#connection !== connection) return false;
    this.#connection = undefined;
    connection.onLost = undefined;
    this.#settings.clock.clearTimeout(this.#answerTimer);
    this.#settings.pool.giveBack(connection);
    return true;
  }

  #expire(afterMs: number): void {
    const connection = this.#connection;
    const message = `${this.#settings.name} did not answer within ${afterMs / 1000} s.`;
    this.#end();
    this.#settings.pool.withdraw(this);
    this.#outcome.reject(new StoreError(failure('storage', message), 'connection'));
    if (connection === undefined) return;
    connection.destroy();
    this.#release(connection);
  }

  #heed(signal: AbortSignal): void {
    const leave = (): void => {
      this.#left = true;
      this.#stopListening?.();
      this.#outcome.reject(aborted());
      // Work that has begun keeps its connection, and its deadline; work that has not, never begins.
      if (this.#connection !== undefined) return;
      this.#end();
      this.#settings.pool.withdraw(this);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', leave);
  }

  #end(): void {
    this.#over = true;
    this.#settings.clock.clearTimeout(this.#timer);
    this.#stopListening?.();
  }
}
