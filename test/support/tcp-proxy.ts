import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import { portOf } from './ports.ts';
import { Carrier, hangUp, spoils, type Trouble, type Wire } from './tcp-troubles.ts';

/** A wire to a server that a test can cut or let go dead. */
export interface TcpProxy {
  readonly port: number;
  /** Connections made through it so far. */
  accepted(): number;
  /** Resolves when that many connections have been made. */
  hasAccepted(count: number): Promise<void>;
  /** From now on `listener` is called for each connection that is made. */
  onAccepted(listener: () => void): void;
  /** From now on nothing passes and nobody is told: a black hole. `answers`: only on the way back. */
  swallow(what: 'everything' | 'answers'): void;
  /** From now on the connections, old and new, are in this trouble. */
  trouble(what: Trouble): void;
  /** Lets everything pass again; what was swallowed is lost. */
  pass(): void;
  /** From now on `listener` is told what the server says, piece by piece; `wire` tells connections apart. */
  overhear(listener: (piece: Buffer, wire: object) => void): void;
  /** Ends every connection, with a polite FIN or a reset. */
  cut(how: 'fin' | 'reset'): void;
  close(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const wires = new Set<Wire>();
  const arrivals = new EventEmitter();
  let accepted = 0;
  let swallowed: 'nothing' | 'everything' | 'answers' = 'nothing';
  let trouble: Trouble | undefined;
  let overheard: (piece: Buffer, wire: object) => void = () => {};
  const server = net.createServer((near) => {
    const far = net.connect(target);
    const wire = { near, far, isOpen: false };
    wires.add(wire);
    const [there, back] = [new Carrier(far, () => trouble), new Carrier(near, () => trouble)];
    near.on('data', (piece) => {
      if (swallowed === 'everything' || spoils(trouble, wire, { by: 'client', piece })) return;
      there.carry(piece);
    });
    far.on('data', (piece) => {
      overheard(piece, wire);
      wire.isOpen ||= piece.includes(READY_FOR_STATEMENTS);
      if (swallowed !== 'nothing' || spoils(trouble, wire, { by: 'server', piece })) return;
      back.carry(piece);
    });
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // An error is followed by `close`, which is all we need to know.
      end.on('error', () => {});
      end.on('close', () => {
        wires.delete(wire);
        there.stop();
        back.stop();
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
    onAccepted(listener) {
      arrivals.on('arrival', listener);
    },
    async hasAccepted(count) {
      while (accepted < count) await once(arrivals, 'arrival');
    },
    swallow(what) {
      swallowed = what;
    },
    trouble(what) {
      trouble = what;
    },
    pass() {
      swallowed = 'nothing';
      trouble = undefined;
    },
    overhear(listener) {
      overheard = listener;
    },
    cut(how) {
      for (const { near, far } of wires) {
        hangUp(near, how);
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

/** How a PostgreSQL server says that it waits for a statement, outside any transaction. */
const READY_FOR_STATEMENTS = Buffer.from('Z\0\0\0\x05I', 'latin1');
