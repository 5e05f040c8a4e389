import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { systemClock } from '../src/shared/clock.ts';
import { silentLog } from '../src/shared/log.ts';
import { openMcp } from '../src/tools/mcp/mcp.ts';
import type { McpServer } from '../src/tools/mcp/servers.ts';
import {
  everythingByHttp,
  everythingByStdio,
  MARK,
  processesMarked,
  type RunningServer,
} from '../test/tools/mcp/everything.ts';
import { readOptions } from './options.ts';

/**
 * Connects to the reference server of MCP, asks what it offers and closes again, by stdio and by HTTP, a hundred times each, and
 * shows that no process, socket or timer is left. The last line on stdout is one JSON object.
 */
const { numbers } = readOptions({ cycles: 100, seed: 1 });
const started = performance.now();
const undo: (() => Promise<void>)[] = [];
const running: RunningServer = await everythingByHttp({}, (end) => undo.push(end));

await cycle(everythingByStdio());
await cycle(running.server);
const before = await resources();
let calls = 0;
for (let round = 0; round < numbers.cycles; round++) {
  calls += Number(await cycle(everythingByStdio()));
  calls += Number(await cycle(running.server));
}
const after = await resources();
const processes = processesMarked(MARK).length;
for (const end of undo) await end();
const ok = calls === 2 * numbers.cycles && processes === 0 && after <= before;
const secs = Math.round((performance.now() - started) / 100) / 10;
const { cycles, seed } = numbers;
console.log(
  JSON.stringify({ suite: 'mcp', seed, ok, cycles, calls, processes, before, after, secs }),
);
if (!ok) process.exitCode = 1;

/** Opened, asked, closed; false when it did not answer. */
async function cycle(server: McpServer): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'troupe-proof-mcp-'));
  const mcp = await openMcp({
    servers: [server],
    dataDir,
    clock: systemClock,
    log: silentLog,
    random: () => 0,
  });
  const release = mcp.lease();
  const [state] = await mcp.inspect(new AbortController().signal);
  release();
  await mcp.close();
  await rm(dataDir, { recursive: true });
  return state !== undefined && state.problem === undefined && state.tools.length > 0;
}

/** What keeps this process busy, when all that can end has ended. */
async function resources(): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().length;
}
