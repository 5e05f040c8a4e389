import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, Refused, type ServerAddress } from './console-client.ts';
import type { TerminalHouse } from './house.ts';
import { inTime } from './in-time.ts';
import { remoteHouse } from './remote-house.ts';
import { recordIn } from './wire.ts';

const ANSWER_MS = 2_000;

/**
 * The house that is already running on this data folder when it announces itself there and answers; else the one
 * that `openHere` starts.
 */
export async function connectHouse(options: {
  readonly dataDir: string;
  readonly openHere: () => Promise<TerminalHouse>;
}): Promise<TerminalHouse> {
  const address = await announcedServer(options.dataDir);
  if (address !== undefined && (await answers(address))) return remoteHouse(address);
  return options.openHere();
}

async function announcedServer(dataDir: string): Promise<ServerAddress | undefined> {
  const fields = recordIn(await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => ''));
  const { port, token } = fields;
  return typeof port === 'number' && typeof token === 'string' ? { port, token } : undefined;
}

/** A file may outlive its server, and its port may belong to somebody else by now. */
async function answers(address: ServerAddress): Promise<boolean> {
  try {
    await inTime(ANSWER_MS, (signal) => createClient(address).read('/api/sessions', signal));
    return true;
  } catch (error) {
    // Its store may be away (503): it is the house all the same.
    return error instanceof Refused && error.status === 503;
  }
}
