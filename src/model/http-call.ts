import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Connection, Connections } from './connections.ts';

export interface CallOptions {
  readonly connections: Connections;
  readonly maxReplyBytes: number;
}

/** The head of an answer. */
export interface HttpHead {
  readonly status: number;
  /** A header by its lower-case name; several of one name are joined by commas. */
  readonly header: (name: string) => string | null;
}

/** Whoever made a call. Told of the head of its answer, then of the body, at last of the end or of an error. */
export interface CallListener {
  onHead(head: HttpHead): void;
  /** What came of the body in the meantime, in one piece. */
  onBytes(bytes: Buffer): void;
  /** The answer is whole. */
  onEnd(): void;
  /** It will not be whole. */
  onError(why: Error): void;
}

/** One request on its way and its answer, as undici tells of them, in the order of its methods. */
export class HttpCall implements Dispatcher.DispatchHandler {
  readonly #request: Dispatcher.DispatchOptions;
  readonly #listener: CallListener;
  readonly #options: CallOptions;
  #connection: Connection;
  #hasBegun = false;
  #hasHead = false;
  #isOver = false;
  /** What came and was not handed over yet. */
  #pieces: Buffer[] = [];
  #size = 0;

  /** Sends it. */
  constructor(request: Dispatcher.DispatchOptions, listener: CallListener, options: CallOptions) {
    this.#request = request;
    this.#listener = listener;
    this.#options = options;
    this.#connection = options.connections.take();
    this.#connection.send(request, this);
  }

  /** Ends it at once and closes its connection; its listener hears no more. Does nothing when it is over. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pieces = [];
    this.#connection.end();
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
    this.#hasHead = true;
    this.#listener.onHead({ status, header: (name) => textOf(headers[name]) });
    const encoding = textOf(headers['content-encoding']) ?? 'identity';
    if (encoding !== 'identity') {
      this.#fail(new Error(`The reply is packed (${encoding}), which nobody asked for.`));
    }
  }

  /** One read of the socket brings many small pieces, each of them a call: they are handed over as one. */
  onResponseData(_: unknown, bytes: Buffer): void {
    if (this.#isOver) return;
    const { maxReplyBytes } = this.#options;
    this.#size += bytes.length;
    if (this.#size > maxReplyBytes) {
      this.#fail(new Error(`The reply is larger than ${maxReplyBytes} bytes.`));
      return;
    }
    if (this.#pieces.push(bytes) === 1) process.nextTick(handOver, this);
  }

  /** What came since the last time. */
  handOver(): void {
    if (this.#pieces.length === 0) return;
    const bytes = joined(this.#pieces);
    this.#pieces = [];
    this.#listener.onBytes(bytes);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.handOver();
    // The listener may have ended it.
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.release();
    this.#listener.onEnd();
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
    if (this.#hasHead) {
      return new Error(`The reply broke off: ${error.message}.`, { cause: error });
    }
    if (!isClosed(error)) return error;
    return new Error('The connection was closed before an answer came.', { cause: error });
  }

  /** What came before is told first: it may say why there is no more. */
  #fail(why: Error): void {
    this.handOver();
    if (this.#isOver) return;
    this.end();
    this.#listener.onError(why);
  }
}

const handOver = (call: HttpCall): void => call.handOver();

const CLOSED: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const isClosed = (error: NodeJS.ErrnoException): boolean => CLOSED.has(error.code);

function joined(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}

function textOf(header: string | string[] | undefined): string | null {
  return Array.isArray(header) ? header.join(', ') : (header ?? null);
}
