import { type Actor, createActor, fromCallback, fromPromise } from 'xstate';
import { connectionMachine } from '../../../machines/connection/connection.machine.ts';
import {
  type Attempt,
  type Connected,
  type ConnectionEvent,
  type ConnectionLimits,
  type ConnectionReport,
  DEFAULT_CONNECTION_LIMITS,
} from '../../../machines/connection/connection.protocol.ts';
import { type Failure, failure } from '../../../machines/failure.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { breakageOf } from './breakage.ts';
import { type McpClient, openClient } from './client.ts';
import type { McpServer } from './servers.ts';
import { type Heard, Use, type Used, type Work } from './use.ts';

export interface ConnectionOptions {
  readonly server: McpServer;
  readonly limits?: Partial<ConnectionLimits> | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Called with each new session, before anybody uses it. */
  readonly onOpened: (client: McpClient) => void;
}

const ENDS: Readonly<Record<Heard, ConnectionEvent>> = {
  answered: { type: 'connection.answered', heard: true },
  silent: { type: 'connection.answered', heard: false },
  left: { type: 'connection.abandoned' },
};

/** The one connection to a server, whoever uses it. What it does when is decided by its machine. */
export class McpConnection {
  readonly #options: ConnectionOptions;
  readonly #actor: Actor<typeof connectionMachine>;
  /** Work that waits for a session or is under way. */
  readonly #uses = new Set<Pick<Use<unknown>, 'begin' | 'fail'>>();
  /** Sessions by their attempt, until they are closed. */
  readonly #sessions = new Map<number, McpClient>();
  /** Sessions being made or closed. */
  readonly #unsettled = new Set<Promise<unknown>>();
  readonly #ended = Promise.withResolvers<void>();
  /** The session that work is done with; none while there is no connection. */
  #current: McpClient | undefined;
  #isOver = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { server, limits, clock } = options;
    const reportTo = createActor(
      fromCallback<ConnectionReport>(({ receive }) => receive((report) => this.#hear(report))),
    ).start();
    this.#actor = createActor(this.#machine(), {
      clock,
      input: {
        name: server.name,
        limits: { ...DEFAULT_CONNECTION_LIMITS, ...limits },
        reportTo,
      },
    }).start();
  }

  #machine(): typeof connectionMachine {
    return connectionMachine.provide({
      actors: {
        connect: fromPromise<Connected, Attempt>(({ input, signal }) =>
          this.#settling(this.#connect(input.attempt, signal)),
        ),
        disconnect: fromPromise<void, Attempt>(({ input }) => this.#disconnect(input.attempt)),
      },
    });
  }

  /** Keeps the connection from being closed for want of teams; the function that it gives ends that. */
  lease(): () => void {
    this.#actor.send({ type: 'connection.leased' });
    let isHeld = true;
    return () => {
      if (isHeld && !this.#isOver) this.#actor.send({ type: 'connection.released' });
      isHeld = false;
    };
  }

  /** Does some work with an open session. Never rejects; ends at once when the connection breaks or the signal aborts. */
  async use<Result>(work: Work<Result>, signal: AbortSignal): Promise<Used<Result>> {
    const { server, clock } = this.#options;
    if (signal.aborted || this.#isOver) {
      return { kind: 'broke', failure: this.#closedFailure(), isUndone: true };
    }
    const use = new Use<Result>({
      server,
      clock,
      work,
      signal,
      onEnd: (heard) => {
        this.#uses.delete(use);
        if (!this.#isOver) this.#actor.send(ENDS[heard]);
      },
      onLost: (client, why) => this.#lose(client, why.failure),
    });
    this.#uses.add(use);
    this.#actor.send({ type: 'connection.called' });
    if (this.#current !== undefined) use.begin(this.#current);
    return use.end;
  }

  /** Ends what is under way and closes the connection for good; later uses are broken. May be called twice. */
  async close(): Promise<void> {
    if (!this.#isOver) this.#actor.send({ type: 'connection.close' });
    await this.#ended.promise;
    await Promise.all(this.#unsettled);
  }

  #hear(report: ConnectionReport): void {
    switch (report.type) {
      case 'connection.opened':
        this.#current = this.#sessions.get(report.attempt);
        if (this.#current === undefined) return;
        for (const use of [...this.#uses]) use.begin(this.#current);
        break;
      case 'connection.broke': {
        const { failure: why, retryInMs } = report;
        const { server, log } = this.#options;
        log.warn('mcp.broke', { server: server.name, why: why.message, retryInMs });
        this.#failAll(why);
        break;
      }
      case 'connection.closed':
        this.#failAll(this.#closedFailure());
        break;
      case 'connection.ended':
        this.#isOver = true;
        this.#failAll(this.#closedFailure());
        this.#ended.resolve();
        break;
    }
  }

  #failAll(why: Failure): void {
    this.#current = undefined;
    for (const use of [...this.#uses]) use.fail(why);
  }

  #closedFailure(): Failure {
    return failure('unavailable', `The connection to ${this.#options.server.name} is closed.`);
  }

  #lose(client: McpClient, why: Failure): void {
    for (const [attempt, session] of this.#sessions)
      if (session === client) this.#tellLost(attempt, why);
  }

  #tellLost(attempt: number, why: Failure): void {
    if (this.#isOver) return;
    const chance = this.#options.random();
    this.#actor.send({ type: 'connection.lost', attempt, failure: why, chance });
  }

  async #connect(attempt: number, signal: AbortSignal): Promise<Connected> {
    const { server, clock, random, onOpened } = this.#options;
    try {
      const client = await openClient(server, {
        clock,
        signal,
        onLost: (why) => this.#tellLost(attempt, failure('transport', `${server.name}: ${why}.`)),
      });
      this.#sessions.set(attempt, client);
      // Nobody has waited for it: it is closed as if it had been used.
      if (signal.aborted) await this.#disconnect(attempt);
      else onOpened(client);
      return { kind: 'opened' };
    } catch (error) {
      return { kind: 'failed', failure: breakageOf(server.name, error).failure, chance: random() };
    }
  }

  async #disconnect(attempt: number): Promise<void> {
    const session = this.#sessions.get(attempt);
    this.#sessions.delete(attempt);
    if (session !== undefined) await this.#settling(session.close());
  }

  #settling<Result>(work: Promise<Result>): Promise<Result> {
    const settled = work.finally(() => this.#unsettled.delete(settled));
    this.#unsettled.add(settled);
    return settled;
  }
}
