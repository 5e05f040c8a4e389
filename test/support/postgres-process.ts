import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './ports.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';

/** A PostgreSQL server of our own: random port on loopback, own folder, no fsync. */
export interface PostgresProcess {
  readonly port: number;
  /** Where its unix socket is. */
  readonly socketFolder: string;
  /** The URL of one of its databases. */
  url(database: string): string;
  /** Starts it again after `kill`, on the same port and data. */
  start(): Promise<void>;
  /** As if the machine had died. */
  kill(): Promise<void>;
  /** Ends it and removes all it had. */
  stop(): Promise<void>;
}

/** Has what must be escaped in a URL, so that every test proves that it is. */
const PASSWORD = 'p@ss/w#rd?:%';

export async function startPostgres(): Promise<PostgresProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'troupe-pg-'));
  try {
    return await startIn(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string): Promise<PostgresProcess> {
  const binaries = await findPostgres(folder);
  const { runAs } = binaries;
  if (runAs !== undefined) await chown(folder, runAs.uid, runAs.gid);
  await writeFile(path.join(folder, 'password'), PASSWORD);
  await initialise(folder, binaries);
  const port = await freePort();
  let server: ChildProcess | undefined;

  const postgres: PostgresProcess = {
    port,
    socketFolder: folder,
    url: (database) =>
      `postgres://tester:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`,
    async start() {
      server = spawn(path.join(binaries.folder, 'postgres'), serverArguments(folder, port), {
        ...runAs,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await readyToServe(server);
    },
    kill: () => end(server, 'SIGKILL'),
    async stop() {
      await end(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await postgres.start();
  return postgres;
}

async function initialise(folder: string, { folder: bin, runAs }: PostgresBinaries) {
  const child = spawn(
    path.join(bin, 'initdb'),
    [
      ...['-D', path.join(folder, 'data'), '-U', 'tester', '-E', 'UTF8', '--locale=C', '--no-sync'],
      ...['--auth=scram-sha-256', `--pwfile=${path.join(folder, 'password')}`],
    ],
    { ...runAs, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb in ${bin} failed (${code}): ${said}`);
}

const serverArguments = (folder: string, port: number): string[] => [
  ...['-D', path.join(folder, 'data'), '-p', String(port), '-k', folder],
  ...['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=60'],
  ...['-c', 'fsync=off', '-c', 'full_page_writes=off'],
];

async function readyToServe(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (text) => {
      said = `${said}${text}`.slice(-4000);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`postgres ended (${code}): ${said}`)));
  });
}

async function end(server: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  // Its children write to the same pipe: when that is closed, they are gone, too.
  const ended = once(server, 'close');
  server.kill(signal);
  const timer = setTimeout(() => server.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
