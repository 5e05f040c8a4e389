import net from 'node:net';
import type { PostgresTarget } from '../shared/database-url.ts';

/** What the system reads at once, at most. */
const READ_BYTES = 65_536;

/** A socket on its way to the server. Errors are told by whoever uses it. */
export function newSocket({ host, port }: PostgresTarget): net.Socket {
  const place = host.startsWith('/')
    ? { path: `${host}/.s.PGSQL.${port}` }
    : { host, port, keepAlive: true, keepAliveInitialDelay: 30_000 };
  const socket = net.connect({
    ...place,
    // Node would set aside so many bytes for each answer, most of which are a hundred, and take each through a stream.
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      callback(length, buffer) {
        // A copy: who listens may keep it until the rest of a message has come.
        socket.emit('data', Buffer.from(buffer.subarray(0, length)));
        return true;
      },
    },
  });
  // Statements are small and wait for each other: never hold one back.
  socket.setNoDelay(true);
  // Between two users nobody listens, and nobody needs to.
  socket.on('error', () => {});
  // postgres.js takes the name for certificates from here.
  return Object.assign(socket, { host });
}

/** Resolves when the server has been reached; rejects when it cannot be. */
export function connected(socket: net.Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
