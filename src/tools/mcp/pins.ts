import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../shared/parse.ts';
import { hashOf, type OfferedTool } from './offered-tool.ts';

const FILE = 'mcp-tools.json';

const FileSchema = z.object({
  version: z.literal(1),
  servers: z.record(
    z.string(),
    z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        parameters: z.record(z.string(), z.unknown()),
        repeatable: z.boolean(),
      }),
    ),
  ),
});

/**
 * The tools of servers as the operator has them accepted: what is offered to models, and what a server must still say
 * when it is called. The first list of a server is taken as it is; a changed one waits for the operator.
 */
export interface Pins {
  /** `undefined` for a server that was never reached. */
  of(server: string): readonly OfferedTool[] | undefined;
  /** Accepts what a server offers now, in place of what was. Settles when it is written. */
  accept(server: string, tools: readonly OfferedTool[]): Promise<void>;
}

/** Reads the pins of a data folder. Throws when the file is damaged: nothing is trusted anew by accident. */
export async function readPins(dataDir: string): Promise<Pins> {
  const file = join(dataDir, FILE);
  const servers = new Map(Object.entries((await readPinned(file)).servers));
  let writing: Promise<void> = Promise.resolve();
  return {
    of: (server) => servers.get(server),
    accept(server, tools) {
      servers.set(server, [...tools]);
      const text = JSON.stringify({ version: 1, servers: Object.fromEntries(servers) }, null, 2);
      // One after the other, each whole: a process that dies leaves the old file or the new one.
      writing = writing.then(async () => {
        await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
        await rename(`${file}.new`, file);
      });
      return writing;
    },
  };
}

async function readPinned(file: string): Promise<z.output<typeof FileSchema>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { version: 1, servers: {} };
    }
    throw error;
  }
  const parsed = parseJson(text);
  const read = FileSchema.safeParse(parsed.ok ? parsed.value : undefined);
  if (read.success) return read.data;
  throw new TypeError(
    `${file} cannot be understood. It says which tools of MCP servers are accepted: repair it, or remove it to accept what the servers offer now.`,
  );
}

/** How what a server offers differs from what was accepted; all empty when it does not. */
export interface Difference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

export function differenceOf(
  accepted: readonly OfferedTool[],
  offered: readonly OfferedTool[],
): Difference {
  const hashes = new Map(offered.map((tool) => [tool.name, hashOf(tool)]));
  const known = new Set(accepted.map(({ name }) => name));
  return {
    added: offered.filter(({ name }) => !known.has(name)).map(({ name }) => name),
    changed: accepted
      .filter((tool) => hashes.has(tool.name) && hashes.get(tool.name) !== hashOf(tool))
      .map(({ name }) => name),
    gone: accepted.filter(({ name }) => !hashes.has(name)).map(({ name }) => name),
  };
}
