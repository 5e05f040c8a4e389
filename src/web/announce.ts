import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, parseJson } from '../shared/parse.ts';

/**
 * The console's token of this data folder, made at the first start and kept, so that open pages and bookmarks
 * outlive a restart. Readable for its owner only. Rejects when the folder cannot be read or written.
 */
export async function keptToken(dataDir: string): Promise<string> {
  const path = join(dataDir, 'web-token');
  const kept = await readIfThere(path);
  if (kept !== undefined && VALID_TOKEN.test(kept.trim())) return kept.trim();
  const token = randomBytes(32).toString('base64url');
  await writePrivately(path, `${token}\n`);
  return token;
}

/**
 * Tells other programs of this user, by `server.json` in the data folder, where the console listens. The result
 * withdraws it, unless another process has put its own there in the meantime.
 */
export async function announceServer(
  dataDir: string,
  server: { readonly port: number; readonly token: string },
): Promise<() => Promise<void>> {
  const path = join(dataDir, 'server.json');
  await writePrivately(path, `${JSON.stringify({ ...server, pid: process.pid })}\n`);
  return async () => {
    const parsed = parseJson((await readIfThere(path)) ?? '');
    const isOurs = parsed.ok && isRecord(parsed.value) && parsed.value['pid'] === process.pid;
    if (isOurs) await rm(path, { force: true });
  };
}

const VALID_TOKEN = /^[\w-]{32,}$/;

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: whoever reads at the same time must not see half a file. */
async function writePrivately(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}
