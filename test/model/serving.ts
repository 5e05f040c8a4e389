import http from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach } from 'vitest';
import type { Models } from '../../src/model/models.ts';
import { guardAgainstLeaks } from '../support/leak-guard.ts';
import { groqModels } from './model-fixture.ts';

const HOUR = 3_600_000;

/** A whole reply, as a server words it. */
export const REPLY = JSON.stringify({
  choices: [{ message: { role: 'assistant', content: 'It is 84.' }, finish_reason: 'stop' }],
});

/** What a server does with its request number `nth`. */
type Answer = (response: http.ServerResponse, nth: number) => void;

/** Sends a whole reply. */
export const answer = (response: http.ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(REPLY);
};

const cleanups: (() => Promise<void>)[] = [];

/** Call it once at the top of a test file: servers and models are closed after each test, and nothing may be left of them. */
export function closeAndGuard(): void {
  // What is asked for last is done first.
  guardAgainstLeaks();
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });
}

/** Models on a server that does this; `came` has the number of the connection over which each request came. */
export async function serving(onRequest: Answer, server: http.Server = http.createServer()) {
  const came: number[] = [];
  const numbers = new Map<Socket, number>();
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    const number = numbers.get(request.socket) ?? numbers.size;
    numbers.set(request.socket, number);
    const nth = came.push(number) - 1;
    request.resume().on('end', () => onRequest(response, nth));
  });
  const protocol = server instanceof tls.Server ? 'https' : 'http';
  return { came, server, models: await modelsOn(server, { protocol }) };
}

/** Models that wait for hours and try once, on a server of the loopback interface; both are closed after the test. */
export async function modelsOn(
  server: Server,
  { host = '127.0.0.1', protocol = 'http' } = {},
): Promise<Models> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  const place = host.includes(':') ? `[${host}]` : host;
  const patience = { firstTokenMs: HOUR, idleMs: HOUR, replyMs: HOUR, callMs: HOUR };
  const models = groqModels(
    { url: `${protocol}://${place}:${port}` },
    { limits: { ...patience, connectMs: HOUR, retriesPerModel: 0 } },
  );
  cleanups.push(async () => {
    await models.close();
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return models;
}
