/**
 * A chat platform behind the protocol of docs/bridge.md, strict and unreliable as told. As a process of its own:
 * `node test/support/fake-platform.ts` prints its address and lets anybody write (`POST /say` with a message's fields).
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { isRecord } from '../../src/shared/parse.ts';
import { FakeChat, type Posted, type Said } from './fake-chat.ts';

/** What the platform does with one post. */
export type PostFault =
  | 'none'
  /** Status 500, nothing posted. */
  | 'error'
  /** Status 429 with a pause of that many seconds. */
  | { readonly retryAfter: number }
  /** Another status, nothing posted. */
  | { readonly status: number }
  /** Posted, but the connection is cut before the answer. */
  | 'applied_and_cut'
  /** The connection is cut, nothing posted. */
  | 'cut'
  /** Posted and answered, but only once this settles. */
  | { readonly after: Promise<unknown> };

export interface FakePlatformOptions {
  /** How long a nonce is remembered. */
  readonly windowMs?: number;
  readonly now?: () => number;
  /** Decides about each post, in the order of arrival. */
  readonly fault?: (post: Omit<Posted, 'id'>, nth: number) => PostFault;
  /** Requests without it are turned away with 401. */
  readonly token?: string;
}

export interface FakePlatform {
  readonly url: string;
  /** Every message of ours, in the order in which it was posted; one that was posted twice stands there twice. */
  readonly posted: readonly Posted[];
  readonly counts: {
    readonly posts: number;
    readonly ambiguous: number;
    readonly faults: number;
    readonly finds: number;
    readonly streams: number;
    /** Requests without the token. */
    readonly turnedAway: number;
  };
  /** Posts that were taken for ones of before, by their nonce. */
  repeated(): number;
  /** Somebody writes a message. */
  say(said: Said): void;
  /** Writes a line into the stream as it is, now and at every replay. */
  sayRaw(line: string): void;
  /** Resolves when this holds; looked at after everything that happens. */
  until(holds: () => boolean): Promise<void>;
  /** Cuts the streams of events. */
  hangUp(): void;
  close(): Promise<void>;
}

export async function startFakePlatform(options: FakePlatformOptions = {}): Promise<FakePlatform> {
  const { windowMs = 120_000, now = Date.now } = options;
  const chat = new FakeChat({ windowMs, now });
  const platform = new FakeServer(chat, options);
  const server = http.createServer((req, res) => {
    platform.handle(req, res).catch((error: unknown) => res.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is always an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    posted: chat.posted,
    counts: platform.counts,
    repeated: () => chat.repeated,
    say: (said) => chat.say(said),
    sayRaw: (line) => chat.write(line),
    until: (holds) => chat.until(holds),
    hangUp: () => platform.hangUp(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

class FakeServer {
  readonly counts = { posts: 0, ambiguous: 0, faults: 0, finds: 0, streams: 0, turnedAway: 0 };
  readonly #chat: FakeChat;
  readonly #options: FakePlatformOptions;
  readonly #streams = new Set<http.ServerResponse>();

  constructor(chat: FakeChat, options: FakePlatformOptions) {
    this.#chat = chat;
    this.#options = options;
    chat.onLine = (text) => {
      for (const stream of this.#streams) stream.write(`${text}\n`);
    };
  }

  hangUp(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  async handle(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const { token } = this.#options;
    const url = new URL(req.url ?? '/', 'http://platform');
    const [, channels, channelId = '', messages] = url.pathname.split('/');
    const isKnown = token === undefined || req.headers.authorization === `Bearer ${token}`;
    const route = `${req.method} ${channels === 'channels' ? messages : channels}`;
    if (!isKnown) {
      this.counts.turnedAway += 1;
      answer(res, 401, { message: 'Who are you?' });
    } else await this.#answer(route, { req, res, channelId, query: url.searchParams });
    this.#chat.happened();
  }

  async #answer(route: string, { req, res, channelId, query }: Asked): Promise<void> {
    switch (route) {
      case 'GET events':
        return this.#stream(res, Number(query.get('after') ?? 0));
      case 'GET messages': {
        this.counts.finds += 1;
        const page = { after: query.get('after') ?? '', limit: Number(query.get('limit') ?? 50) };
        return answer(res, 200, this.#chat.page(channelId, page));
      }
      case 'POST messages': {
        const post = readPost(channelId, await json(req));
        if (post === undefined) return answer(res, 400, { message: 'That is no post.' });
        return await this.#post(res, post);
      }
      case 'POST say':
        // Whoever starts this by hand writes what `Said` asks for.
        this.#chat.say((await json(req)) as Said);
        return answer(res, 204, undefined);
      default:
        return answer(res, 404, { message: 'There is no such thing.' });
    }
  }

  #stream(res: http.ServerResponse, after: number): void {
    this.counts.streams += 1;
    res.writeHead(200, { 'content-type': 'application/x-ndjson' });
    res.write('\n');
    for (const line of this.#chat.linesAfter(after)) res.write(`${line}\n`);
    const beat = setInterval(() => res.write('\n'), 10_000);
    this.#streams.add(res);
    res.on('close', () => {
      clearInterval(beat);
      this.#streams.delete(res);
      this.#chat.happened();
    });
  }

  async #post(res: http.ServerResponse, post: Omit<Posted, 'id'>): Promise<void> {
    const fault = this.#options.fault?.(post, this.counts.posts) ?? 'none';
    this.counts.posts += 1;
    if (fault === 'none') return answer(res, 200, { id: this.#chat.post(post) });
    this.counts.faults += 1;
    if (fault === 'cut') return void res.destroy();
    if (fault === 'error') return answer(res, 500, { message: 'As told.' });
    if (fault === 'applied_and_cut') {
      this.#chat.post(post);
      this.counts.ambiguous += 1;
      return void res.destroy();
    }
    if ('status' in fault) return answer(res, fault.status, { message: 'As told.' });
    if ('retryAfter' in fault) return answer(res, 429, { retry_after: fault.retryAfter });
    const id = this.#chat.post(post);
    await fault.after;
    answer(res, 200, { id });
  }
}

interface Asked {
  readonly req: http.IncomingMessage;
  readonly res: http.ServerResponse;
  readonly channelId: string;
  readonly query: URLSearchParams;
}

/** A post as the protocol wants it, to the letter. */
function readPost(channelId: string, body: unknown): Omit<Posted, 'id'> | undefined {
  if (!isRecord(body) || body['enforce_nonce'] !== true) return undefined;
  const { replyTo, content, nonce } = body;
  if (typeof replyTo !== 'string' || typeof content !== 'string') return undefined;
  if (typeof nonce !== 'string' || nonce.length > 25 || content === '') return undefined;
  return { channelId, replyTo, content, nonce };
}

function answer(res: http.ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(body === undefined ? undefined : JSON.stringify(body));
}

if (import.meta.main) {
  const platform = await startFakePlatform();
  console.log(platform.url);
  process.on('SIGTERM', () => void platform.close());
  process.on('SIGINT', () => void platform.close());
}
