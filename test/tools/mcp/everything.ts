import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { HttpServer, StdioServer } from '../../../src/tools/mcp/servers.ts';

const PROGRAM = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'),
);

const FACTS = {
  readsPrivate: false,
  sendsOutward: true,
  confirm: false,
  mayRepeat: true,
  timeoutMs: 30_000,
};

/** An argument that nobody reads: the processes of this test file are known by it. */
export const MARK = `mark-${randomUUID()}`;

/** Processes, of whomever, that were started with this argument and have not ended. */
export function processesMarked(mark: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => argumentsOf(pid).includes(mark)).map(Number);
}

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended since.
    return [];
  }
}

/** The reference server with all that the protocol has, in a process of its own. */
export const everythingByStdio = (facts: Partial<StdioServer> = {}): StdioServer => ({
  kind: 'stdio',
  name: 'everything',
  command: process.execPath,
  args: [PROGRAM, 'stdio', MARK],
  env: {},
  cwd: '.',
  ...FACTS,
  ...facts,
});

export interface RunningServer {
  readonly server: HttpServer;
  kill(): Promise<void>;
  /** On the same port, knowing nothing of earlier sessions. */
  restart(): Promise<void>;
}

/** The same server behind HTTP, on the loopback interface. */
export async function everythingByHttp(
  facts: Partial<HttpServer> = {},
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<RunningServer> {
  const port = await aFreePort();
  let child = await listening(port);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  atEnd(kill);
  const url = `http://127.0.0.1:${port}/mcp`;
  return {
    server: { kind: 'http', name: 'everything', url, headers: {}, ...FACTS, ...facts },
    kill,
    async restart() {
      await kill();
      child = await listening(port);
    },
  };
}

async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'streamableHttp'], {
    env: { PATH: process.env['PATH'], PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const opened = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      said += piece;
      if (/listening on port/i.test(said)) opened.resolve();
    });
  }
  child.once('close', () => opened.reject(new Error(`The server did not open: ${said}`)));
  await opened.promise;
  return child;
}
