import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import { portOf } from './ports.ts';

/** A wire to a server that a test can cut or let go dead. */
export interface TcpProxy {
  readonly port: number;
  /** Connections made through it so far. */
  accepted(): number;
  /** Resolves when that many connections have been made. */
  hasAccepted(count: number): Promise<void>;
  /** From now on nothing passes and nobody is told: a black hole. `answers`: only on the way back. */
  swallow(what: 'everything' | 'answers'): void;
  /** Lets everything pass again; what was swallowed is lost. */
  pass(): void;
  /** From now on `listener` is told what the server says, piece by piece; `wire` tells connections apart. */
  overhear(listener: (piece: Buffer, wire: object) => void): void;
  /** Ends every connection, with a polite FIN or a reset. */
  cut(how: 'fin' | 'reset'): void;
  close(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const wires = new Set<{ readonly near: net.Socket; readonly far: net.Socket }>();
  const arrivals = new EventEmitter();
  let accepted = 0;
  let swallowed: 'nothing' | 'everything' | 'answers' = 'nothing';
  let overheard: (piece: Buffer, wire: object) => void = () => {};
  const server = net.createServer((near) => {
    const far = net.connect(target);
    const wire = { near, far };
    wires.add(wire);
    near.on('data', (data) => swallowed === 'everything' || far.write(data));
    far.on('data', (data) => {
      overheard(data, wire);
      if (swallowed === 'nothing') near.write(data);
    });
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // An error is followed by `close`, which is all we need to know.
      end.on('error', () => {});
      end.on('close', () => {
        wires.delete(wire);
        other.destroy();
      });
    }
    accepted++;
    arrivals.emit('arrival');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: portOf(server),
    accepted: () => accepted,
    async hasAccepted(count) {
      while (accepted < count) await once(arrivals, 'arrival');
    },
    swallow(what) {
      swallowed = what;
    },
    pass() {
      swallowed = 'nothing';
    },
    overhear(listener) {
      overheard = listener;
    },
    cut(how) {
      for (const { near, far } of wires) {
        if (how === 'fin') near.end();
        else near.resetAndDestroy();
        far.destroy();
      }
    },
    async close() {
      server.close();
      for (const { near, far } of wires) {
        near.destroy();
        far.destroy();
      }
      if (server.listening) await once(server, 'close');
    },
  };
}
