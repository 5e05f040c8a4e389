import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Connection, Connections } from './connections.ts';
import { HttpReply } from './http-reply.ts';

export interface CallOrder {
  /** The whole address, for messages. */
  readonly url: string;
  readonly request: Dispatcher.DispatchOptions;
  readonly signal: AbortSignal | undefined;
  readonly maxReplyBytes: number;
}

/** Sends one request; resolves with the head of its answer, whose body then follows. */
export function call(order: CallOrder, connections: Connections): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    new Call(order, connections, { resolve, reject }).start();
  });
}

interface Caller {
  readonly resolve: (reply: HttpReply) => void;
  readonly reject: (why: Error) => void;
}

/** What undici tells of one request on its way, in the order of its methods. */
class Call implements Dispatcher.DispatchHandler {
  readonly #order: CallOrder;
  readonly #connections: Connections;
  readonly #caller: Caller;
  #connection: Connection;
  #hasBegun = false;
  #reply: HttpReply | undefined;
  #isOver = false;

  constructor(order: CallOrder, connections: Connections, caller: Caller) {
    this.#order = order;
    this.#connections = connections;
    this.#caller = caller;
    this.#connection = connections.take();
  }

  start(): void {
    const { signal, request } = this.#order;
    signal?.addEventListener('abort', this.#onAbort);
    this.#connection.send(request, this);
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
    const { url, maxReplyBytes } = this.#order;
    this.#reply = new HttpReply({
      status,
      url,
      headers,
      maxBytes: maxReplyBytes,
      leave: () => this.#break(),
    });
    this.#caller.resolve(this.#reply);
  }

  onResponseData(_: unknown, bytes: Buffer): void {
    this.#reply?.push(bytes);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#close();
    this.#connection.release();
    this.#reply?.finish('whole');
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
    this.#connection = this.#connections.open();
    this.#connection.send(this.#order.request, this);
  }

  #inWords(error: Error): Error {
    if (this.#reply !== undefined) {
      return new Error(`The reply broke off: ${error.message}.`, { cause: error });
    }
    if (!isClosed(error)) return error;
    return new Error('The connection was closed before an answer came.', { cause: error });
  }

  readonly #onAbort = (): void => this.#fail(new Error('The request was aborted.'));

  #fail(why: Error): void {
    this.#break();
    if (this.#reply === undefined) this.#caller.reject(why);
    else this.#reply.finish(why);
  }

  #break(): void {
    this.#close();
    this.#connection.end();
  }

  #close(): void {
    this.#isOver = true;
    this.#order.signal?.removeEventListener('abort', this.#onAbort);
  }
}

const CLOSED: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const isClosed = (error: NodeJS.ErrnoException): boolean => CLOSED.has(error.code);
