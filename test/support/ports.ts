import { once } from 'node:events';
import net from 'node:net';

/** The port of a server that listens on TCP. */
export function portOf(server: net.Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('this server has no port');
  return address.port;
}

/** A loopback port where nothing listens at present. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
