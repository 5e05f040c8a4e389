import { readProcessConfig } from './config.ts';
import { explain, explainProblems } from './greeting.ts';
import { openServers } from './hero-house.ts';
import { processLog } from './process-log.ts';
import { systemClock } from './shared/clock.ts';
import { makeDataFolder } from './shared/data-folder.ts';
import type { Mcp, ServerState } from './tools/mcp/mcp.ts';

// Shows the MCP servers of a house and what they offer; `accept NAME` accepts what a server has changed.
const out = (text: string): void => void process.stdout.write(`${text}\n`);

const reading = readProcessConfig();
if (reading.kind === 'rejected') {
  process.stderr.write(explainProblems(reading.problems));
  process.exitCode = 1;
} else {
  const { config } = reading;
  try {
    await makeDataFolder(config.dataDir);
    const log = await processLog({ ...config, logLevel: 'error' });
    const mcp = await openServers(config, { clock: systemClock, log });
    try {
      await answer(mcp, process.argv.slice(3));
    } finally {
      await mcp.close();
    }
  } catch (error) {
    process.stderr.write(explain(error));
    process.exitCode = 1;
  }
}

async function answer(mcp: Mcp, [command, name = '', ...more]: readonly string[]): Promise<void> {
  const { signal } = new AbortController();
  if (command === undefined) {
    const states = await mcp.inspect(signal);
    for (const state of states) out(described(state));
    if (states.length === 0) out('No MCP server is configured: set MCP_URLS or MCP_CONFIG.');
    return;
  }
  if (command !== 'accept' || name === '' || more.length > 0) {
    throw new TypeError('Say "npm run mcp", or "npm run mcp -- accept NAME".');
  }
  const state = await mcp.accept(name, signal);
  if (state === undefined) throw new TypeError(`There is no MCP server called "${name}" here.`);
  out(described(state));
  if (state.problem !== undefined) process.exitCode = 1;
  else out('Accepted; it counts from the next start on.');
}

function described({ server, problem, tools, difference }: ServerState): string {
  const { added, changed, gone } = difference;
  return [
    `${server}: ${problem ?? 'is there'}`,
    ...tools.map((tool) => `  ${tool}`),
    ...added.map((tool) => `  new, not accepted: ${tool}`),
    ...changed.map((tool) => `  changed, withheld: ${tool}`),
    ...gone.map((tool) => `  gone: ${tool}`),
  ].join('\n');
}
