import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Connection, Connections } from './connections.ts';
import { HttpReply } from './http-reply.ts';

export interface CallOptions {
  readonly connections: Connections;
  /** The whole address, for messages. */
  readonly url: string;
  readonly maxReplyBytes: number;
}

/** One request on its way and its answer, as undici tells of them, in the order of its methods. */
export class HttpCall implements Dispatcher.DispatchHandler {
  /** The head of the answer, whose body then follows. Rejects when none comes. */
  readonly reply: Promise<HttpReply>;
  readonly #request: Dispatcher.DispatchOptions;
  readonly #options: CallOptions;
  #connection: Connection;
  #hasBegun = false;
  #isOver = false;
  #answer: HttpReply | undefined;
  #resolve: (reply: HttpReply) => void = () => {};
  #reject: (why: Error) => void = () => {};

  /** Sends it. */
  constructor(request: Dispatcher.DispatchOptions, options: CallOptions) {
    this.#request = request;
    this.#options = options;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#connection = options.connections.take();
    this.#connection.send(request, this);
  }

  /** Ends it at once: its answer is rejected, or the rest of that. Does nothing when it is over. */
  end(): void {
    if (!this.#isOver) this.#fail(new Error('The request was aborted.'));
  }

  /** Asked for by undici: it is how it knows what kind of handler this is. */
  onRequestStart(): void {}

  /** The first byte of an answer. */
  onResponseStarted(): void {
    this.#hasBegun = true;
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    // A hint that comes before the answer.
    if (status < 200 || this.#isOver) return;
    const { url, maxReplyBytes: maxBytes } = this.#options;
    const leave = (): void => this.#leave();
    this.#answer = new HttpReply({ status, url, headers, maxBytes, leave });
    this.#resolve(this.#answer);
  }

  onResponseData(_: unknown, bytes: Buffer): void {
    this.#answer?.push(bytes);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.release();
    this.#answer?.finish('whole');
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#isOver) return;
    // The server had closed a kept connection before our request reached it.
    const isStale = !this.#hasBegun && this.#connection.isKept() && isClosed(error);
    if (isStale) this.#sendAgain();
    else this.#fail(this.#inWords(error));
  }

  #sendAgain(): void {
    this.#connection.end();
    this.#connection = this.#options.connections.open();
    this.#connection.send(this.#request, this);
  }

  #inWords(error: Error): Error {
    if (this.#answer !== undefined) {
      return new Error(`The reply broke off: ${error.message}.`, { cause: error });
    }
    if (!isClosed(error)) return error;
    return new Error('The connection was closed before an answer came.', { cause: error });
  }

  #fail(why: Error): void {
    this.#leave();
    if (this.#answer === undefined) this.#reject(why);
    else this.#answer.finish(why);
  }

  #leave(): void {
    this.#isOver = true;
    this.#connection.end();
  }
}

const CLOSED: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const isClosed = (error: NodeJS.ErrnoException): boolean => CLOSED.has(error.code);
