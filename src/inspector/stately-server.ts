import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AnyStateMachine } from 'xstate';
import { isValidId, UserId } from '../../machines/ids.ts';
import type { Log } from '../shared/log.ts';
import type { Feed } from './feed.ts';
import { StatelyTranslator } from './stately.ts';

export interface StatelyOptions {
  readonly feed: Feed;
  /** Those that are drawn. */
  readonly machines: readonly AnyStateMachine[];
  /** Whose team is told of at the address itself; that of another user at the address and `/<user id>`. */
  readonly userId: UserId;
  readonly log: Log;
}

export interface StatelyServer {
  /** What an inspector connects to. A secret stands in its path, made for this start and good for nothing else. */
  readonly url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

const MAX_CLIENTS = 8;
/** What may wait for a reader before it is dropped. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/**
 * Tells inspectors on this machine what happens in a team, in Stately's protocol over WebSocket. Listens on loopback
 * only, at any free port; whoever has not the secret, comes by a foreign name or from a page of another site is refused.
 * What inspectors send is not read.
 */
export async function startStatelyServer(options: StatelyOptions): Promise<StatelyServer> {
  const secret = randomBytes(24).toString('base64url');
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  const server = createServer((_req, res) =>
    res.writeHead(426).end('A WebSocket is wanted here.\n'),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      // A server that listens on TCP has an address of this shape; the type also covers pipes.
      resolve((server.address() as AddressInfo).port);
    });
  });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const admission = admit(req, { port, secret, userId: options.userId });
    if (admission.kind === 'refused') return refuse(socket, admission.status);
    if (sockets.clients.size >= MAX_CLIENTS) return refuse(socket, '429 Too Many Requests');
    sockets.handleUpgrade(req, socket, head, (client) => serve(client, admission.userId, options));
  });
  return {
    url: `ws://127.0.0.1:${port}/${secret}`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Door {
  readonly port: number;
  readonly secret: string;
  readonly userId: UserId;
}

type Admission =
  | { readonly kind: 'admitted'; readonly userId: UserId }
  | { readonly kind: 'refused'; readonly status: string };

const FORBIDDEN: Admission = { kind: 'refused', status: '403 Forbidden' };

function admit(req: IncomingMessage, { port, secret, userId }: Door): Admission {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);
  if (!hosts.includes(req.headers.host ?? '') || !isOwnOrigin(req.headers.origin)) return FORBIDDEN;
  const [, given = '', user, ...more] = (req.url ?? '').split('/');
  if (!isEqual(given, secret) || more.length > 0) return FORBIDDEN;
  if (user === undefined) return { kind: 'admitted', userId };
  return isValidId(user) ? { kind: 'admitted', userId: UserId(user) } : FORBIDDEN;
}

/** A program has none; a page must be one of this machine, since an inspector's own page is served from here. */
const isOwnOrigin = (origin: string | undefined): boolean =>
  origin === undefined || /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(origin);

function isEqual(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function serve(client: WebSocket, userId: UserId, { feed, machines, log }: StatelyOptions): void {
  const translator = new StatelyTranslator(machines);
  const leave = feed.follow(userId, (event) => {
    const message = translator.translate(event);
    if (message === undefined || client.readyState !== client.OPEN) return;
    client.send(JSON.stringify(message));
    if (client.bufferedAmount <= MAX_BUFFERED_BYTES) return;
    log.warn('stately.reader_dropped', { buffered: client.bufferedAmount });
    client.terminate();
  });
  client.on('error', (error) => log.debug('stately.client_failed', { why: error.message }));
  client.on('close', leave);
}
