import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UserId } from '../../machines/ids.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import { Rejection, sendAnswer, sendRejection } from './answer.ts';
import { type Assets, loadAssets } from './assets.ts';
import type { Desk } from './desk.ts';
import { createGuard, type Guard } from './guard.ts';
import type { WebHouse } from './house.ts';
import { createHouseFeed } from './house-feed.ts';
import type { InspectedHouse } from './inspector/house.ts';
import { DEFAULT_WEB_LIMITS, type WebLimits } from './limits.ts';
import { serveApi } from './routes.ts';
import { createStreams } from './streams.ts';

interface WebServerOptions {
  readonly house: WebHouse;
  /** What the inspector shows. Left out: there is none. */
  readonly inspected?: InspectedHouse;
  /** 0 takes any free port. */
  readonly port: number;
  /** At least 32 characters; whoever knows it speaks as `userId`. */
  readonly token: string;
  readonly userId: UserId;
  readonly log: Log;
  readonly clock: Clock;
  readonly limits?: Partial<WebLimits>;
}

export interface WebServer {
  readonly port: number;
  /** The address to open in a browser; the token stands in its fragment, which browsers do not send. */
  readonly url: string;
  /** Ends every stream and connection, within a second. May be called twice. */
  close(): Promise<void>;
}

/**
 * Serves the console to this machine only. Rejects with a message for people when the port cannot be had or
 * the token is too short.
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  if (options.token.length < 32) {
    throw new TypeError('The token of the web console must have at least 32 characters.');
  }
  const desk = createDesk(options);
  const assets = await loadAssets();
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 2_000,
  });
  server.maxConnections = 256;
  const port = await listen(server, options.port);
  const guard = createGuard({ port, token: options.token });
  server.on('request', (req, res) => void answer({ req, res, desk, guard, assets }));
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://127.0.0.1:${port}/#token=${options.token}`,
    close() {
      closing ??= closeServer(server, desk, options.clock);
      return closing;
    },
  };
}

function createDesk({ limits: given, ...options }: WebServerOptions): Desk {
  const { house, inspected, userId, log, clock } = options;
  const limits = { ...DEFAULT_WEB_LIMITS, ...given };
  return {
    house,
    inspected,
    userId,
    log,
    clock,
    limits,
    streams: createStreams({ limits, clock, log }),
    feed: createHouseFeed({ house, limits, clock, log }),
    attached: new WeakMap(),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portProblem(port, error)));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.removeAllListeners('error');
      // A server that listens on TCP has an address of this shape; the type also covers pipes.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function portProblem(port: number, cause: NodeJS.ErrnoException): Error {
  const what =
    cause.code === 'EADDRINUSE'
      ? `WEB_PORT ${port} is taken by another program`
      : `WEB_PORT ${port} cannot be opened (${cause.code ?? cause.message})`;
  return new Error(`${what}: choose another WEB_PORT, or 0 for any free one.`, { cause });
}

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly desk: Desk;
  readonly guard: Guard;
  readonly assets: Assets;
}

/** Answers one request. Never rejects: one request's trouble is nobody else's. */
async function answer(exchange: Exchange): Promise<void> {
  const { req, res, desk } = exchange;
  try {
    await serve(exchange);
  } catch (error) {
    if (res.destroyed) return;
    if (!(error instanceof Rejection)) {
      desk.log.error('web.request_failed', { path: pathOf(req), error: String(error) });
    }
    if (res.headersSent) return void res.destroy();
    sendRejection(
      res,
      error instanceof Rejection
        ? error
        : new Rejection(500, 'Something went wrong inside; the log says what.'),
    );
  }
}

async function serve({ req, res, desk, guard, assets }: Exchange): Promise<void> {
  guard.checkOrigin(req);
  const path = pathOf(req);
  if (path === '/api' || path.startsWith('/api/')) {
    guard.checkToken(req);
    const query = new URLSearchParams((req.url ?? '').slice(path.length + 1));
    return serveApi({ req, res, path, query, desk });
  }
  if (path === '/metrics') guard.checkToken(req);
  const asset = path === '/metrics' ? metricsOf(desk) : assets.get(path);
  if (asset === undefined) throw new Rejection(404, 'There is nothing here.');
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    throw new Rejection(405, 'Only GET and HEAD can be used here.', { Allow: 'GET, HEAD' });
  }
  sendAnswer(res, asset);
}

/** Numbers for Prometheus: made anew for each who asks. */
const metricsOf = ({ house }: Desk) => ({
  status: 200,
  headers: {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Cache-Control': 'no-store',
  },
  body: house.metrics(),
});

/** The path as it was sent: nothing is decoded or normalised, so nothing can climb. */
const pathOf = (req: IncomingMessage): string => (req.url ?? '').split('?', 1)[0] ?? '';

const CLOSE_GRACE_MS = 300;

async function closeServer(server: Server, desk: Desk, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  desk.streams.endAll();
  server.closeIdleConnections();
  const timer = clock.setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clock.clearTimeout(timer);
}
