import { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import type { Clock } from '../shared/clock.ts';

export interface ConnectionsOptions {
  readonly origin: string;
  readonly connectMs: number;
  readonly clock: Clock;
}

/** All connections to one server: as many as there are calls at once, kept for the calls to come. */
export interface Connections {
  /** The one that was used last, so that what is too many falls idle; a new one when all are in use. */
  take(): Connection;
  open(): Connection;
  /** Ends all of them, those in use too. */
  close(): void;
}

/** Carries one call at a time; afterwards it is released or ended. */
export interface Connection {
  /** An answer came over it before: its server may close it at the very moment in which it is used again. */
  isKept(): boolean;
  send(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
  release(): void;
  /** At once, whatever it is doing: a call under way fails. */
  end(): void;
}

/** How many are kept when a burst of calls is over. */
const MAX_IDLE = 2_048;
/** How long an unused one is kept, unless the server tells: shorter than routers on the way remember it. */
const IDLE_MS = 60_000;

export function createConnections(options: ConnectionsOptions): Connections {
  const connect = createConnector(options);
  const all = new Set<Connection>();
  const idle: Connection[] = [];

  const open = (): Connection => {
    let socket: Socket | undefined;
    let isKept = false;
    const client = new Client(options.origin, {
      connect(place, callback) {
        socket = connect(place, callback);
      },
      keepAliveTimeout: IDLE_MS,
      // Deadlines are ours.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const connection: Connection = {
      isKept: () => isKept,
      send: (request, handler) => client.dispatch(request, handler),
      release() {
        isKept = true;
        if (idle.push(connection) > MAX_IDLE) idle.shift()?.end();
      },
      end() {
        all.delete(connection);
        // Settles when the socket is closed, which nobody waits for.
        void client.destroy();
        // One that does not stand yet is none of the client's.
        socket?.destroy();
      },
    };
    client.on('disconnect', () => {
      isKept = false;
      const at = idle.indexOf(connection);
      if (at === -1) return;
      idle.splice(at, 1);
      connection.end();
    });
    all.add(connection);
    return connection;
  };

  return {
    take: () => idle.pop() ?? open(),
    open,
    close() {
      for (const connection of all) connection.end();
    },
  };
}

type Connect = (place: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/** Opens connections, and gives those up that do not stand in time. */
function createConnector({ connectMs, clock }: ConnectionsOptions): Connect {
  const connect = buildConnector({ allowH2: false, timeout: 0 });
  return (place, callback) => {
    // Its type does not tell that it returns the socket, long before this is connected.
    const socket: unknown = connect(place, callback);
    if (!(socket instanceof Socket)) throw new TypeError('The connector gave no socket.');
    const timer = clock.setTimeout(() => {
      socket.destroy(new Error(`No connection within ${connectMs} ms.`));
    }, connectMs);
    const stop = (): void => clock.clearTimeout(timer);
    socket.once(place.protocol === 'https:' ? 'secureConnect' : 'connect', stop);
    socket.once('close', stop);
    return socket;
  };
}
