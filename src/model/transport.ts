import http from 'node:http';
import https from 'node:https';
import type { ClientOptions } from 'groq-sdk';
import type { Clock } from '../shared/clock.ts';
import { HttpReply } from './http-reply.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

export interface TransportOptions {
  readonly connectMs: number;
  readonly maxReplyBytes: number;
  readonly clock: Clock;
  /** The only request headers that are sent; all when left out. */
  readonly headers?: readonly string[];
}

/** The `fetch` that the SDK is given: kept-alive connections of `node:http`, several times cheaper than the global one. */
export interface Transport {
  /** Resolves to an `HttpReply`. */
  readonly fetch: Fetch;
  /** Ends all connections, those in use too. */
  close(): void;
}

export function createTransport(options: TransportOptions): Transport {
  const keepAlive = { keepAlive: true, scheduling: 'lifo' } as const;
  const agents = { http: new http.Agent(keepAlive), https: new https.Agent(keepAlive) };
  const once = { http: new http.Agent(), https: new https.Agent() };
  const open = new Set<http.ClientRequest>();

  const exchange = (order: Order, pool: typeof agents): Promise<HttpReply> =>
    new Promise((resolve, reject) => {
      const secure = order.url.startsWith('https:');
      const settings = { method: order.method, headers: order.headers };
      const request = secure
        ? https.request(order.url, { ...settings, agent: pool.https })
        : http.request(order.url, { ...settings, agent: pool.http });
      open.add(request);
      const onAbort = (): void => {
        request.destroy(new Error('The request was aborted.'));
      };
      order.signal?.addEventListener('abort', onAbort);
      const stopConnecting = limitConnecting(request, options);
      request.once('response', (message) => {
        resolve(new HttpReply(message, { url: order.url, maxBytes: options.maxReplyBytes }));
      });
      // Stays for the body's sake: an error without a listener would be thrown.
      request.on('error', (error) => {
        reject(request.reusedSocket && isReset(error) ? new StaleSocketError(error) : error);
      });
      request.once('close', () => {
        stopConnecting();
        open.delete(request);
        order.signal?.removeEventListener('abort', onAbort);
        reject(new Error('The connection was closed before an answer came.'));
      });
      request.end(order.body);
    });

  return {
    async fetch(input, init) {
      const order = orderOf(String(input), init, options.headers);
      if (order.signal?.aborted) throw new Error('The request was aborted.');
      let reply: HttpReply;
      try {
        reply = await exchange(order, agents);
      } catch (error) {
        if (!(error instanceof StaleSocketError) || order.signal?.aborted) throw error;
        reply = await exchange(order, once);
      }
      // The SDK reads only what `HttpReply` has: ok, status, url, headers.get and text.
      return reply as unknown as Response;
    },
    close() {
      for (const request of open) request.destroy(new Error('The models were closed.'));
      for (const agent of [agents.http, agents.https, once.http, once.https]) agent.destroy();
    },
  };
}

interface Order {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string | number>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

function orderOf(
  url: string,
  init: RequestInit | undefined,
  allowed: readonly string[] | undefined,
): Order {
  const body = typeof init?.body === 'string' ? init.body : undefined;
  const given = init?.headers instanceof Headers ? init.headers : new Headers(init?.headers);
  const headers: Order['headers'] = {};
  for (const name of allowed ?? given.keys()) {
    const value = given.get(name);
    if (value !== null) headers[name] = value;
  }
  if (body !== undefined) headers['content-length'] = Buffer.byteLength(body);
  return { url, method: init?.method ?? 'GET', headers, body, signal: init?.signal ?? undefined };
}

/** The server had closed a kept connection before our request reached it: it is sent again, on a new one. */
class StaleSocketError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

const isReset = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ECONNRESET' || error.code === 'EPIPE';

/** Gives up when the connection does not stand in time; returns what calls that off. */
function limitConnecting(
  request: http.ClientRequest,
  { connectMs, clock }: TransportOptions,
): () => void {
  let timer: unknown;
  const stop = (): void => {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
  };
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    timer = clock.setTimeout(() => {
      request.destroy(new Error(`No connection within ${connectMs} ms.`));
    }, connectMs);
    socket.once('connect', stop);
  });
  return stop;
}
