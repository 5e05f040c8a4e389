import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { ClientOptions } from 'groq-sdk';
import type { Clock } from '../shared/clock.ts';
import { HttpReply } from './http-reply.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

export interface TransportOptions {
  readonly connectMs: number;
  readonly maxReplyBytes: number;
  readonly clock: Clock;
  /** The only request headers that are sent; when left out, all but those that tell of our machine. */
  readonly headers?: readonly string[];
}

/** The `fetch` that the SDK is given: kept-alive connections of `node:http`, several times cheaper than the global one. */
export interface Transport {
  /** Resolves to an `HttpReply`. */
  readonly fetch: Fetch;
  /** Ends all connections, those in use too. */
  close(): void;
}

/** Node keeps 256, and a house with more calls than that at once would connect anew at every wave of them. */
const MAX_IDLE_CONNECTIONS = 2_048;

export function createTransport(options: TransportOptions): Transport {
  const kept = agentsFor(
    { keepAlive: true, scheduling: 'lifo', maxFreeSockets: MAX_IDLE_CONNECTIONS },
    options,
  );
  const fresh = agentsFor({}, options);
  const open = new Set<http.ClientRequest>();
  const targetOf = createTargets(options.headers);

  const exchange = (order: Order, agents: Agents): Promise<HttpReply> =>
    new Promise((resolve, reject) => {
      const { target, signal, body, method, headers } = order;
      const settings = { ...target.place, method, headers };
      const request =
        target.place.protocol === 'https:'
          ? https.request({ ...settings, agent: agents.https })
          : http.request({ ...settings, agent: agents.http });
      const onAbort = (): void => {
        request.destroy(new Error('The request was aborted.'));
      };
      let answered = false;
      open.add(request);
      signal?.addEventListener('abort', onAbort);
      request.on('response', (message) => {
        answered = true;
        resolve(new HttpReply(message, { url: target.url, maxBytes: options.maxReplyBytes }));
      });
      // Stays for the body's sake: an error without a listener would be thrown.
      request.on('error', (error) => {
        reject(request.reusedSocket && isReset(error) ? new StaleSocketError(error) : error);
      });
      request.on('close', () => {
        open.delete(request);
        signal?.removeEventListener('abort', onAbort);
        // An error carries a stack, which is dear: only made when somebody is to see it.
        if (!answered) reject(new Error('The connection was closed before an answer came.'));
      });
      request.end(body);
    });

  return {
    async fetch(input, init) {
      const order = orderFor(targetOf(String(input), init?.headers), init);
      const { signal } = order;
      if (signal?.aborted) throw new Error('The request was aborted.');
      let reply: HttpReply;
      try {
        reply = await exchange(order, kept);
      } catch (error) {
        if (!(error instanceof StaleSocketError) || signal?.aborted) throw error;
        reply = await exchange(order, fresh);
      }
      // The SDK reads only what `HttpReply` has: ok, status, url, headers.get, text and json.
      return reply as unknown as Response;
    },
    close() {
      for (const request of open) request.destroy(new Error('The models were closed.'));
      for (const agent of [kept.http, kept.https, fresh.http, fresh.https]) agent.destroy();
    },
  };
}

interface Target {
  readonly url: string;
  /** As Node takes it. */
  readonly place: {
    readonly protocol: string;
    readonly hostname: string;
    readonly port: string;
    readonly path: string;
  };
  /** Names and values in turn, which Node takes as they are. */
  readonly headers: readonly string[];
}

interface Order {
  readonly target: Target;
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

type GivenHeaders = NonNullable<RequestInit['headers']> | undefined;

/** Addresses and headers, read once: the client uses the same few again and again. */
function createTargets(allowed: readonly string[] | undefined) {
  const targets = new WeakMap<object, Map<string, Target>>();
  const read = (url: string, given: GivenHeaders): Target => {
    const { protocol, host, hostname, port, pathname, search } = new URL(url);
    const all = [...new Headers(given)];
    const sent = all.filter(
      ([name]) => allowed?.includes(name) ?? !name.startsWith('x-stainless-'),
    );
    return {
      url,
      place: {
        protocol,
        // Node wants IPv6 addresses without their brackets.
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        path: `${pathname}${search}`,
      },
      headers: ['host', host, ...sent.flat()],
    };
  };
  return (url: string, given: GivenHeaders): Target => {
    if (given === undefined) return read(url, given);
    const known = targets.get(given) ?? new Map<string, Target>();
    const target = known.get(url) ?? read(url, given);
    targets.set(given, known.set(url, target));
    return target;
  };
}

function orderFor(target: Target, init: RequestInit | undefined): Order {
  const body = typeof init?.body === 'string' ? init.body : undefined;
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
  const method = (init?.method ?? 'get').toUpperCase();
  const headers = [...target.headers, ...length];
  return { target, method, headers, body, signal: init?.signal ?? undefined };
}

/** The server had closed a kept connection before our request reached it: it is sent again, on a new one. */
class StaleSocketError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

const isReset = (error: NodeJS.ErrnoException): boolean =>
  error.code === 'ECONNRESET' || error.code === 'EPIPE';

type Agents = ReturnType<typeof agentsFor>;

function agentsFor(settings: http.AgentOptions, options: TransportOptions) {
  return {
    http: new PatientAgent(settings, options),
    https: new PatientSecureAgent(settings, options),
  };
}

class PatientAgent extends http.Agent {
  readonly #limits: TransportOptions;

  constructor(settings: http.AgentOptions, limits: TransportOptions) {
    super(settings);
    this.#limits = limits;
  }

  override createConnection(...args: Parameters<http.Agent['createConnection']>) {
    return limitConnecting(super.createConnection(...args), 'connect', this.#limits);
  }
}

class PatientSecureAgent extends https.Agent {
  readonly #limits: TransportOptions;

  constructor(settings: https.AgentOptions, limits: TransportOptions) {
    super(settings);
    this.#limits = limits;
  }

  override createConnection(...args: Parameters<https.Agent['createConnection']>) {
    return limitConnecting(super.createConnection(...args), 'secureConnect', this.#limits);
  }
}

type Connection = Duplex | null | undefined;

/** Gives a connection up that does not stand in time. */
function limitConnecting(
  socket: Connection,
  event: 'connect' | 'secureConnect',
  { connectMs, clock }: TransportOptions,
): Connection {
  if (!socket) return socket;
  const timer = clock.setTimeout(() => {
    socket.destroy(new Error(`No connection within ${connectMs} ms.`));
  }, connectMs);
  const stop = (): void => clock.clearTimeout(timer);
  socket.once(event, stop);
  socket.once('close', stop);
  return socket;
}
