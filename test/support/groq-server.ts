import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { perform } from './groq-server-acts.ts';
import { type Act, ordinaryTurns, type Received, text } from './groq-server-scripts.ts';

/** What the server does with a request: a list of acts, one per request, or a function. */
export type ServerScript = readonly Act[] | ((request: Received) => Act | Promise<Act>);

export interface GroqServerOptions {
  readonly script?: ServerScript;
  readonly port?: number;
  /** Before every answer. */
  readonly latencyMs?: number;
  /** What `GET /models` lists; `silent`: it never answers. */
  readonly models?: readonly string[] | 'silent';
  /** Sent with every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GroqServer {
  readonly url: string;
  /** Chat completion requests so far. */
  readonly requests: readonly Received[];
  /** Open connections at present. */
  connections(): Promise<number>;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
  play(script: ServerScript): void;
  /** Resolves when this many requests have arrived. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

type Incoming = http.IncomingMessage;
type Response = http.ServerResponse;

const MODELS = ['openai/gpt-oss-120b', 'openai/gpt-oss-20b'];

/** A Groq-shaped server on a real socket of the loopback interface, with every fault we know of at hand. */
export async function startGroqServer(options: GroqServerOptions = {}): Promise<GroqServer> {
  const requests: Received[] = [];
  const waiting = new Set<() => void>();
  let script: ServerScript = options.script ?? ordinaryTurns;
  const actFor = (request: Received): Act | Promise<Act> =>
    typeof script === 'function'
      ? script(request)
      : (script[request.nth - base] ?? script.at(-1) ?? text('ok'));
  let base = 0;

  const answer = async (raw: string, incoming: Incoming, response: Response): Promise<void> => {
    if (incoming.url?.endsWith('/models')) return listModels(options.models ?? MODELS, response);
    const request: Received = {
      nth: requests.length,
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: JSON.parse(raw),
      abandoned: abandonment(response),
    };
    requests.push(request);
    for (const wake of waiting) wake();
    if (options.latencyMs) await new Promise((go) => setTimeout(go, options.latencyMs));
    await perform(await actFor(request), { request, response, headers: options.headers ?? {} });
  };

  const server = http.createServer((incoming, response) => {
    readBody(incoming)
      .then((raw) => answer(raw, incoming, response))
      // The client left in the middle, or a script threw: either way this answer is over.
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.keepAliveTimeout = 60_000;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    idle: () => Promise.all([...sockets].map((socket) => once(socket, 'close'))).then(() => {}),
    play(next) {
      script = next;
      base = requests.length;
    },
    arrived(count) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listModels(models: readonly string[] | 'silent', response: Response): void {
  if (models === 'silent') return;
  const data = models.map((id) => ({ id, object: 'model' }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data }));
}

const abandonment = (response: Response): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) resolve();
    });
  });

async function readBody(incoming: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

if (import.meta.main) {
  const flag = (name: string): string | undefined => {
    const at = process.argv.indexOf(`--${name}`);
    return at === -1 ? undefined : process.argv[at + 1];
  };
  const server = await startGroqServer({
    port: Number(flag('port') ?? 0),
    latencyMs: Number(flag('latency') ?? 0),
  });
  console.log(JSON.stringify({ url: server.url }));
  process.on('SIGTERM', () => void server.close());
  process.on('SIGINT', () => void server.close());
}
