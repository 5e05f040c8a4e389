/** The thread that holds the embedded database, so that no query ever blocks the event loop of the others. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import { isRecord } from '../shared/parse.ts';
import { LOST } from './connection.ts';
import { CLOSE, type EmbeddedReply, type EmbeddedRequest } from './embedded-protocol.ts';

/** WebAssembly's own numbers for what the system calls by name. */
const FILE_CODES: Readonly<Record<number, string>> = {
  2: 'EACCES',
  19: 'EDQUOT',
  29: 'EIO',
  33: 'EMFILE',
  51: 'ENOSPC',
  63: 'EPERM',
  69: 'EROFS',
};

const asIs = (text: string): string => text;

/** Drizzle reads moments itself, from their text. */
const PARSERS = {
  [types.TIMESTAMP]: asIs,
  [types.TIMESTAMPTZ]: asIs,
  [types.INTERVAL]: asIs,
  [types.DATE]: asIs,
};

/**
 * What PostgreSQL keeps of its files lies in the thread's memory, beside the system's own copy of them: an eighth of the
 * usual 128 MB serves one process as well.
 */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

const port = parentPort;
if (port === null) throw new Error('embedded-worker.ts runs as a worker thread only');
const reply = (message: EmbeddedReply): void => port.postMessage(message);

// Whoever started this thread, in embedded-connection.ts, gives it exactly this.
const { dataDir } = workerData as { readonly dataDir: string };
const database = new PGlite({ dataDir, startParams });
try {
  await database.waitReady;
  port.on('message', (message: EmbeddedRequest | typeof CLOSE) => {
    void (message === CLOSE ? closeAndEnd() : answer(message));
  });
  reply({ kind: 'ready' });
} catch (thrown) {
  const { message, code = LOST } = wordsFor(thrown);
  reply({ kind: 'failed', message, code });
}

async function answer({ id, sql, params, rowMode }: EmbeddedRequest): Promise<void> {
  try {
    const { rows } = await database.query(sql, [...params], { rowMode, parsers: PARSERS });
    reply({ kind: 'rows', id, rows });
  } catch (thrown) {
    reply({ kind: 'error', id, ...wordsFor(thrown) });
  }
}

/** The file system under the database throws numbers without a word. */
function wordsFor(thrown: unknown): {
  readonly message: string;
  readonly code: string | undefined;
} {
  if (isFileTrouble(thrown)) {
    const { errno } = thrown;
    return { message: `its file system failed with error ${errno}`, code: FILE_CODES[errno] };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { message: error.message || error.name, code: codeOf(error) };
}

function isFileTrouble(thrown: unknown): thrown is { readonly errno: number } {
  return isRecord(thrown) && thrown['name'] === 'ErrnoError' && typeof thrown['errno'] === 'number';
}

/** A machine that has crashed (WebAssembly traps and exits) is of no further use: its connection is lost. */
function codeOf(error: Error): string | undefined {
  if (error.name === 'RuntimeError' || error.name === 'ExitStatus') return LOST;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function closeAndEnd(): Promise<void> {
  try {
    await database.close();
  } finally {
    port?.close();
  }
}
