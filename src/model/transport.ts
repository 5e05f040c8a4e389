import type { ClientOptions } from 'groq-sdk';
import type { Clock } from '../shared/clock.ts';
import { type Connections, createConnections } from './connections.ts';
import { type CallListener, HttpCall } from './http-call.ts';
import { wholeReply } from './http-reply.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

export interface TransportOptions {
  readonly connectMs: number;
  readonly maxReplyBytes: number;
  readonly clock: Clock;
  /** The only request headers that are sent; when left out, all but those that tell of our machine. */
  readonly headers?: readonly string[];
}

/** Where requests go and what they are sent with, read once. */
export interface Target {
  readonly url: string;
  readonly path: string;
  /** Names and values in turn, as undici takes them. */
  readonly headers: string[];
  readonly connections: Connections;
}

/** Kept-alive connections of undici: several times cheaper than the global `fetch`. */
export interface Transport {
  aim(url: string, headers: RequestInit['headers']): Target;
  /** Throws when the transport is closed. */
  post(target: Target, body: string, listener: CallListener): HttpCall;
  /** For the small requests that the SDK makes itself. Resolves to an `HttpReply`. */
  readonly fetch: Fetch;
  /** Ends all connections, those in use too. */
  close(): void;
}

interface Request {
  readonly method: string;
  readonly body: string | null;
}

export function createTransport(options: TransportOptions): Transport {
  const { maxReplyBytes } = options;
  const servers = new Map<string, Connections>();
  let isClosed = false;

  const connectionsTo = (origin: string): Connections => {
    const known = servers.get(origin) ?? createConnections({ ...options, origin });
    servers.set(origin, known);
    return known;
  };
  const aim = (url: string, given: RequestInit['headers']): Target => {
    const { origin, pathname, search } = new URL(url);
    const headers = [...new Headers(given)].filter(
      ([name]) => options.headers?.includes(name) ?? !name.startsWith('x-stainless-'),
    );
    return {
      url,
      path: `${pathname}${search}`,
      headers: headers.flat(),
      connections: connectionsTo(origin),
    };
  };
  const send = (request: Request, target: Target, listener: CallListener): HttpCall => {
    if (isClosed) throw new Error('The models were closed.');
    const { path, headers, connections } = target;
    return new HttpCall({ ...request, path, headers }, listener, { connections, maxReplyBytes });
  };

  return {
    aim,
    post: (target, body, listener) => send({ method: 'POST', body }, target, listener),
    async fetch(input, init) {
      const { method = 'GET', headers, body, signal } = init ?? {};
      if (signal?.aborted) throw new Error('The request was aborted.');
      const target = aim(String(input), headers);
      const request = {
        method: method.toUpperCase(),
        body: typeof body === 'string' ? body : null,
      };
      const reply = wholeReply(target.url, (listener) => {
        const call = send(request, target, listener);
        const onAbort = (): void => {
          call.end();
          listener.onError(new Error('The request was aborted.'));
        };
        // The SDK makes a signal for each request: it does not outlive it.
        signal?.addEventListener('abort', onAbort, { once: true });
      });
      // The SDK reads only what `HttpReply` has: ok, status, url, headers.get, text and json.
      return reply as unknown as Promise<Response>;
    },
    close() {
      isClosed = true;
      for (const connections of servers.values()) connections.close();
    },
  };
}
