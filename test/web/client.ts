import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { UserId } from '../../machines/ids.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { type Log, type LogFields, silentLog } from '../../src/shared/log.ts';
import { type Json, parseJson } from '../../src/shared/parse.ts';
import type { InspectedHouse } from '../../src/web/inspector/house.ts';
import type { WebLimits } from '../../src/web/limits.ts';
import { startWebServer, type WebServer } from '../../src/web/server.ts';
import { ScriptedHouse } from './scripted-house.ts';

export const TOKEN = 'a-token-of-more-than-thirty-two-characters';

/** A console over a scripted house, on a port of its own. */
export async function startConsole(
  options: {
    limits?: Partial<WebLimits>;
    port?: number;
    log?: Log;
    clock?: Clock;
    inspected?: InspectedHouse;
  } = {},
): Promise<{ house: ScriptedHouse; server: WebServer }> {
  const house = new ScriptedHouse();
  const server = await startWebServer({
    house,
    port: options.port ?? 0,
    token: TOKEN,
    userId: UserId('local'),
    log: options.log ?? silentLog,
    clock: options.clock ?? systemClock,
    limits: options.limits ?? {},
    ...(options.inspected === undefined ? {} : { inspected: options.inspected }),
  });
  return { house, server };
}

/** Keeps what is logged, and tells when something new is. */
export function rememberingLog(): { log: Log; next: (event: string) => Promise<LogFields> } {
  const waiting = new Map<string, (fields: LogFields) => void>();
  const seen = new Map<string, LogFields>();
  const keep = (event: string, fields: LogFields = {}) => {
    seen.set(event, fields);
    waiting.get(event)?.(fields);
  };
  return {
    log: { debug: keep, info: keep, warn: keep, error: keep },
    next: (event) =>
      new Promise((resolve) => {
        const fields = seen.get(event);
        if (fields !== undefined) resolve(fields);
        else waiting.set(event, resolve);
      }),
  };
}

export interface Sent {
  readonly method?: string;
  readonly path: string;
  /** Replaces the usual ones; `undefined` leaves a header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/** Sends a request as our own page would, but for what the test changes; the body is not read yet. */
export async function open(port: number, sent: Sent): Promise<IncomingMessage> {
  const headers = {
    Host: `127.0.0.1:${port}`,
    Authorization: `Bearer ${TOKEN}`,
    ...(sent.method === 'POST'
      ? { Origin: `http://127.0.0.1:${port}`, 'Content-Type': 'application/json' }
      : {}),
    ...sent.headers,
  };
  const given = Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const req = request({
    host: '127.0.0.1',
    port,
    method: sent.method ?? 'GET',
    path: sent.path,
    headers: given,
    agent: false,
  });
  req.end(sent.body);
  const [res] = await once(req, 'response');
  return res;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The text read as JSON; `null` when it is none. */
  readonly value: Json;
  /** The sentence of a rejection; empty for anything else. */
  readonly error: string;
}

/** Sends a request and reads the whole answer. */
export async function send(port: number, sent: Sent): Promise<Received> {
  const res = await open(port, sent);
  let text = '';
  for await (const piece of res) text += String(piece);
  const parsed = parseJson(text);
  const value = parsed.ok ? parsed.value : null;
  const error =
    typeof value === 'object' && value !== null && 'error' in value ? value['error'] : '';
  return {
    status: res.statusCode ?? 0,
    headers: res.headers,
    text,
    value,
    error: String(error ?? ''),
  };
}

export const post = (port: number, sent: Omit<Sent, 'body'> & { readonly body: object }) =>
  send(port, { ...sent, method: 'POST', body: JSON.stringify(sent.body) });

/** The JSON lines of a streaming answer, as they come. */
export async function* linesOf(res: IncomingMessage): AsyncGenerator<Record<string, unknown>> {
  let rest = '';
  for await (const piece of res) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const parsed = parseJson(line);
      if (!parsed.ok) throw new Error(`not a JSON line: ${line}`);
      // Our server sends objects only; a test that reads a missing field fails by itself.
      yield parsed.value as Record<string, unknown>;
    }
  }
}

/** Bytes as they are, for what no HTTP client would send. Gives the answer's status line. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = await openSocket(port);
  socket.write(text);
  let answer = '';
  for await (const piece of socket) {
    answer += String(piece);
    if (answer.includes('\r\n')) break;
  }
  socket.destroy();
  return answer.split('\r\n', 1)[0] ?? '';
}

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
