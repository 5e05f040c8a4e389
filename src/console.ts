import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserId } from '../machines/ids.ts';
import type { Config } from './config.ts';
import { type ConsoleOptions, consoleHouse } from './console-house.ts';
import type { Clock } from './shared/clock.ts';
import type { Log } from './shared/log.ts';
import { startWebServer } from './web/server.ts';

export interface DeskOptions extends ConsoleOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly userId: UserId;
}

/** The web console of a running house. */
export interface Console {
  /** The address to open, token included. */
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the console, and leaves a card in the data folder by which a terminal finds it. */
export async function openConsole(
  { dataDir, webPort }: Config,
  desk: DeskOptions,
): Promise<Console> {
  const token = await keptToken(dataDir);
  const house = consoleHouse(desk);
  const server = await startWebServer({ ...desk, house, port: webPort, token });
  const card = join(dataDir, 'server.json');
  await writeFile(card, JSON.stringify({ port: server.port, token, pid: process.pid }), PRIVATE);
  return {
    url: server.url,
    async close() {
      await rm(card, { force: true });
      await server.close();
    },
  };
}

const PRIVATE = { mode: 0o600 } as const;
const MIN_TOKEN_CHARS = 32;

/** The token outlives the process, so that an open page works again after a restart. */
async function keptToken(dataDir: string): Promise<string> {
  const file = join(dataDir, 'token');
  const kept = await readFile(file, 'utf8').catch(ifMissing);
  if (kept !== undefined && kept.length >= MIN_TOKEN_CHARS) return kept;
  const token = randomBytes(32).toString('base64url');
  await writeFile(file, token, PRIVATE);
  return token;
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
