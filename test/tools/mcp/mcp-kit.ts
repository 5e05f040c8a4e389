import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import { type McpOptions, openMcp } from '../../../src/tools/mcp/mcp.ts';
import type { McpServer } from '../../../src/tools/mcp/servers.ts';
import { createToolbox } from '../../../src/tools/toolbox.ts';
import { type Call, recordingLog, use } from '../run.ts';

/** A folder of the test's own. */
export function aDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-mcp-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The tools of these servers, behind a toolbox. */
export async function toolsOf(
  servers: readonly McpServer[],
  { dataDir = aDataDir(), limits = {} }: Partial<Pick<McpOptions, 'dataDir' | 'limits'>> = {},
) {
  const log = recordingLog();
  const random = () => 0;
  const mcp = await openMcp({
    servers,
    dataDir,
    limits: { backoffMs: 50, ...limits },
    clock: systemClock,
    log,
    random,
  });
  onTestFinished(() => mcp.close());
  const toolbox = createToolbox({ tools: mcp.tools, clock: systemClock, log });
  return { mcp, log, dataDir, toolbox, use: (call: Call) => use(toolbox, call) };
}
