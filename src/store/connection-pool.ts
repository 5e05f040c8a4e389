import type { Clock } from '../shared/clock.ts';
import type { Connection, Connector } from './connection.ts';

/** Somebody who needs a connection. Exactly one of the two is called, once for each `take`. */
export interface Taker {
  granted(connection: Connection): void;
  refused(error: unknown): void;
}

/** A connection unused for this long may have been cut by something on the way without a word. */
const MAX_IDLE_MS = 60_000;

/** Connections, each lent to one taker at a time, first come first served. */
export class ConnectionPool {
  readonly #connector: Connector;
  readonly #clock: Clock;
  /** The one used last stands last. */
  readonly #idle: { readonly connection: Connection; readonly since: number }[] = [];
  readonly #waiting = new Set<Taker>();
  readonly #dismissed = new Set<Promise<void>>();
  /** Open ones, lent or idle, and those being opened. */
  #size = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(connector: Connector, clock: Clock) {
    this.#connector = connector;
    this.#clock = clock;
  }

  take(taker: Taker): void {
    const connection = this.#takeIdle();
    if (connection !== undefined) taker.granted(connection);
    else if (this.#size < this.#connector.max) this.#open(taker);
    else this.#waiting.add(taker);
  }

  /** A new connection for somebody whose last one broke: those that lie idle have probably broken, too. */
  takeFresh(taker: Taker): void {
    for (const { connection } of this.#idle.splice(0)) this.#dismiss(connection);
    this.take(taker);
  }

  /** Makes one connection, ready to be taken. Takes as long as the connector does, and rejects as it does. */
  async warm(): Promise<void> {
    const connection = await new Promise<Connection>((granted, refused) => {
      this.take({ granted, refused });
    });
    this.giveBack(connection);
  }

  /** A lost connection makes room for a new one. */
  giveBack(connection: Connection): void {
    if (connection.isLost()) {
      this.#forget();
      const next = this.#nextInLine();
      if (next !== undefined) this.#open(next);
      return;
    }
    if (this.#whenEmpty !== undefined) {
      this.#dismiss(connection);
      return;
    }
    const next = this.#nextInLine();
    if (next !== undefined) next.granted(connection);
    else this.#idle.push({ connection, since: this.#clock.now() });
  }

  /** Takes somebody out of the line who does not want to wait any longer. */
  withdraw(taker: Taker): void {
    this.#waiting.delete(taker);
  }

  /** Refuses who waits, closes the idle ones and, as they come back, the others. Resolves when all are closed. */
  async close(reason: Error): Promise<void> {
    const emptied = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    this.#refuseAll(reason);
    const isEmpty = this.#size === 0;
    for (const { connection } of this.#idle.splice(0)) this.#dismiss(connection);
    if (!isEmpty) await emptied;
    await Promise.all(this.#dismissed);
  }

  /** The one used last is the likeliest to be alive; those unused for long are closed on the way. */
  #takeIdle(): Connection | undefined {
    const oldestUseful = this.#clock.now() - MAX_IDLE_MS;
    for (let first = this.#idle[0]; first && first.since < oldestUseful; first = this.#idle[0]) {
      this.#idle.shift();
      this.#dismiss(first.connection);
    }
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      if (!last.connection.isLost()) return last.connection;
      this.#forget();
    }
    return undefined;
  }

  #open(taker: Taker): void {
    this.#size++;
    this.#connector.open().then(
      (connection) => taker.granted(connection),
      (error: unknown) => {
        this.#forget();
        taker.refused(error);
        // Where one could not get in, the others in the line cannot either.
        this.#refuseAll(error);
      },
    );
  }

  #nextInLine(): Taker | undefined {
    for (const taker of this.#waiting) {
      this.#waiting.delete(taker);
      return taker;
    }
    return undefined;
  }

  #refuseAll(error: unknown): void {
    for (const taker of [...this.#waiting]) {
      if (this.#waiting.delete(taker)) taker.refused(error);
    }
  }

  #dismiss(connection: Connection): void {
    this.#forget();
    const closed = connection.close().finally(() => this.#dismissed.delete(closed));
    this.#dismissed.add(closed);
  }

  #forget(): void {
    this.#size--;
    if (this.#size === 0) this.#whenEmpty?.();
  }
}
