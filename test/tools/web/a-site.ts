import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Visited {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export type SitePage = (visited: Visited, response: http.ServerResponse) => void;

export interface Site {
  readonly url: string;
  readonly port: number;
  readonly visits: readonly Visited[];
}

/** A web server on a real socket of the loopback interface, closed with the test. */
export async function aSite(page: SitePage): Promise<Site> {
  const visits: Visited[] = [];
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const visited = { method, path, headers, body: Buffer.concat(pieces).toString('utf8') };
      visits.push(visited);
      page(visited, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, visits };
}

/** A page that is always the same. */
export const html =
  (text: string, type = 'text/html; charset=utf-8'): SitePage =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(text);
  };

/** An answer in JSON. */
export const json =
  (value: unknown, status = 200): SitePage =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
