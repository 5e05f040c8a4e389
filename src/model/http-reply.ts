import type { IncomingHttpHeaders } from 'node:http';
import { type Json, parseJson } from '../shared/parse.ts';

export interface ReplyOptions {
  readonly status: number;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly maxBytes: number;
  /** Called when the rest of the body is not wanted. */
  readonly leave: () => void;
}

/** The part of a `Response` that we and the SDK read. The body is read once, by `read` or by `text`. */
export class HttpReply {
  readonly status: number;
  readonly ok: boolean;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body = null;
  readonly #options: ReplyOptions;
  /** What came and was not handed over yet. */
  #pieces: Buffer[] = [];
  #size = 0;
  #end: 'whole' | Error | undefined;
  #reader: Reader | undefined;
  #isAwaited = false;

  constructor(options: ReplyOptions) {
    this.status = options.status;
    this.ok = this.status >= 200 && this.status < 300;
    this.url = options.url;
    this.headers = { get: (name) => textOf(options.headers[name.toLowerCase()]) };
    this.#options = options;
  }

  /**
   * Hands over the bytes as they come, those that came together in one piece. Resolves at the proper end of the body, or
   * when `onBytes` returns false, which closes the connection; rejects when the body is cut or grows too large.
   */
  read(onBytes: (bytes: Buffer) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reader = { onBytes, resolve, reject };
      const encoding = this.headers.get('content-encoding') ?? 'identity';
      if (encoding !== 'identity') {
        this.#leave(new Error(`The reply is packed (${encoding}), which nobody asked for.`));
      }
      this.#work();
    });
  }

  /** The whole body; what `read` rejects with, it rejects with. */
  async text(): Promise<string> {
    const pieces: Buffer[] = [];
    await this.read((bytes) => pieces.push(bytes) > 0);
    return joined(pieces).toString('utf8');
  }

  /** For the SDK's small answers. Rejects when the body is not JSON. */
  async json(): Promise<Json> {
    const parsed = parseJson(await this.text());
    if (parsed.ok) return parsed.value;
    throw new SyntaxError(parsed.why);
  }

  /** The transport's: bytes of the body came. */
  push(bytes: Buffer): void {
    if (this.#end !== undefined) return;
    const { maxBytes } = this.#options;
    this.#size += bytes.length;
    if (this.#size <= maxBytes) this.#pieces.push(bytes);
    else this.#leave(new Error(`The reply is larger than ${maxBytes} bytes.`));
    this.#workSoon();
  }

  /** The transport's: the body is over, or broken off by an error. */
  finish(end: 'whole' | Error): void {
    this.#end ??= end;
    this.#workSoon();
  }

  #leave(end: 'whole' | Error): void {
    this.#pieces = [];
    if (this.#end === undefined) this.#options.leave();
    this.#end = end;
  }

  /** One read of the socket brings many small pieces, each of them a call: they are worked on at once. */
  #workSoon(): void {
    if (this.#isAwaited || this.#reader === undefined) return;
    this.#isAwaited = true;
    process.nextTick(() => this.#work());
  }

  #work(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#isAwaited = false;
    this.#handOver(reader);
    if (this.#end === undefined) return;
    this.#reader = undefined;
    if (this.#end === 'whole') reader.resolve();
    else reader.reject(this.#end);
  }

  #handOver({ onBytes }: Reader): void {
    if (this.#pieces.length === 0) return;
    const bytes = joined(this.#pieces);
    this.#pieces = [];
    try {
      if (!onBytes(bytes)) this.#leave('whole');
    } catch (error) {
      this.#leave(
        error instanceof Error ? error : new Error('The reader failed.', { cause: error }),
      );
    }
  }
}

interface Reader {
  readonly onBytes: (bytes: Buffer) => boolean;
  readonly resolve: () => void;
  readonly reject: (why: Error) => void;
}

function joined(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}

function textOf(header: string | string[] | undefined): string | null {
  return Array.isArray(header) ? header.join(', ') : (header ?? null);
}
