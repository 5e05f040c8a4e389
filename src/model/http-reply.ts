import type { IncomingMessage } from 'node:http';
import { type Json, parseJson } from '../shared/parse.ts';

/** The part of a `Response` that we and the SDK read. The body is read once, by `read` or by `text`. */
export class HttpReply {
  readonly status: number;
  readonly ok: boolean;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body = null;
  readonly #message: IncomingMessage;
  readonly #maxBytes: number;

  constructor(message: IncomingMessage, options: { url: string; maxBytes: number }) {
    this.status = message.statusCode ?? 0;
    this.ok = this.status >= 200 && this.status < 300;
    this.url = options.url;
    this.#message = message;
    this.#maxBytes = options.maxBytes;
    this.headers = { get: (name) => headerOf(message, name) };
    // Stays: an error while nobody reads is told by `read` when somebody does.
    message.on('error', () => {});
  }

  /**
   * Hands over the bytes as they come, those that came together in one piece. Resolves at the proper end of the body, or
   * when `onBytes` returns false, which closes the connection; rejects when the body is cut or grows too large.
   */
  read(onBytes: (bytes: Buffer) => boolean): Promise<void> {
    const message = this.#message;
    return new Promise((resolve, reject) => {
      let size = 0;
      const giveUp = (why: string): void => {
        reject(new Error(why));
        message.destroy();
      };
      const encoding = message.headers['content-encoding'] ?? 'identity';
      if (encoding !== 'identity') {
        return giveUp(`The reply is packed (${encoding}), which nobody asked for.`);
      }
      let gathered: Buffer[] = [];
      const handOver = (): void => {
        if (gathered.length === 0) return;
        const bytes = joined(gathered);
        gathered = [];
        if (onBytes(bytes)) return;
        resolve();
        message.destroy();
      };
      message.on('data', (bytes: Buffer) => {
        size += bytes.length;
        if (size > this.#maxBytes)
          return giveUp(`The reply is larger than ${this.#maxBytes} bytes.`);
        // One read of the socket brings many small chunks, each of them an event: they are worked on at once.
        if (gathered.push(bytes) === 1) process.nextTick(handOver);
      });
      message.on('error', reject);
      message.on('end', () => {
        handOver();
        if (message.complete) resolve();
      });
      // Comes last, and also when there was no proper end.
      message.on('close', () => {
        handOver();
        if (message.complete) return;
        reject(new Error('The connection was cut before the reply was complete.'));
      });
      if (message.closed) reject(message.errored ?? new Error('The connection was cut.'));
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
}

function joined(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}

function headerOf(message: IncomingMessage, name: string): string | null {
  const value = message.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}
