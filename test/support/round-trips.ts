import type { TcpProxy } from './tcp-proxy.ts';

/** Counts how often a PostgreSQL server tells anybody on this wire that it is ready for the next statement. */
export function countRoundTrips(wire: TcpProxy): () => number {
  const rests = new Map<object, Buffer>();
  let count = 0;
  wire.overhear((piece, connection) => {
    const before = rests.get(connection);
    let rest = before === undefined ? piece : Buffer.concat([before, piece]);
    // A message is a letter, its length without the letter, and the rest of it.
    while (rest.length >= HEAD && rest.length > rest.readUInt32BE(1)) {
      if (rest[0] === READY) count += 1;
      rest = rest.subarray(1 + rest.readUInt32BE(1));
    }
    rests.set(connection, rest);
  });
  return () => count;
}

const HEAD = 5;
const READY = 'Z'.charCodeAt(0);
