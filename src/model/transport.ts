import type { ClientOptions } from 'groq-sdk';
import type { Clock } from '../shared/clock.ts';
import { type Connections, createConnections } from './connections.ts';
import { call } from './http-call.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

export interface TransportOptions {
  readonly connectMs: number;
  readonly maxReplyBytes: number;
  readonly clock: Clock;
  /** The only request headers that are sent; when left out, all but those that tell of our machine. */
  readonly headers?: readonly string[];
}

/** The `fetch` that the SDK is given: kept-alive connections of undici, several times cheaper than the global one. */
export interface Transport {
  /** Resolves to an `HttpReply`. */
  readonly fetch: Fetch;
  /** Ends all connections, those in use too. */
  close(): void;
}

export function createTransport(options: TransportOptions): Transport {
  const { maxReplyBytes } = options;
  const targetOf = createTargets(options.headers);
  const servers = new Map<string, Connections>();
  let isClosed = false;

  const connectionsTo = (origin: string): Connections => {
    const known = servers.get(origin) ?? createConnections({ ...options, origin });
    servers.set(origin, known);
    return known;
  };

  return {
    async fetch(input, init) {
      const signal = init?.signal ?? undefined;
      if (isClosed) throw new Error('The models were closed.');
      if (signal?.aborted) throw new Error('The request was aborted.');
      const { origin, url, path, headers } = targetOf(String(input), init?.headers);
      const method = (init?.method ?? 'get').toUpperCase();
      const body = typeof init?.body === 'string' ? init.body : null;
      const request = { path, method, headers, body };
      const reply = call({ url, request, signal, maxReplyBytes }, connectionsTo(origin));
      // The SDK reads only what `HttpReply` has: ok, status, url, headers.get, text and json.
      return reply as unknown as Promise<Response>;
    },
    close() {
      isClosed = true;
      for (const connections of servers.values()) connections.close();
    },
  };
}

interface Target {
  readonly origin: string;
  readonly url: string;
  readonly path: string;
  /** Names and values in turn, as undici takes them. */
  readonly headers: string[];
}

type GivenHeaders = NonNullable<RequestInit['headers']> | undefined;

/** Addresses and headers, read once: the client uses the same few again and again. */
function createTargets(allowed: readonly string[] | undefined) {
  const targets = new WeakMap<object, Map<string, Target>>();
  const read = (url: string, given: GivenHeaders): Target => {
    const { origin, pathname, search } = new URL(url);
    const sent = [...new Headers(given)].filter(
      ([name]) => allowed?.includes(name) ?? !name.startsWith('x-stainless-'),
    );
    return { origin, url, path: `${pathname}${search}`, headers: sent.flat() };
  };
  return (url: string, given: GivenHeaders): Target => {
    if (given === undefined) return read(url, given);
    const known = targets.get(given) ?? new Map<string, Target>();
    const target = known.get(url) ?? read(url, given);
    targets.set(given, known.set(url, target));
    return target;
  };
}
