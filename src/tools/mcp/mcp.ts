import type { ConnectionLimits } from '../../../machines/connection/connection.protocol.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Tool } from '../tool.ts';
import type { McpClient } from './client.ts';
import { McpConnection } from './connection.ts';
import { mcpTool, nameOf } from './mcp-tool.ts';
import type { OfferedTool } from './offered-tool.ts';
import { type Difference, differenceOf, type Pins, readPins } from './pins.ts';
import type { McpServer } from './servers.ts';

export interface McpOptions {
  readonly servers: readonly McpServer[];
  /** Where accepted tools are kept. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly limits?: Partial<ConnectionLimits>;
}

/** What a server offers beside what was accepted of it. */
export interface ServerState {
  readonly server: string;
  /** `unreachable`: why; it may still have accepted tools. */
  readonly problem?: string;
  /** The names that its accepted tools have here. */
  readonly tools: readonly string[];
  readonly difference: Difference;
}

/** The servers of a house, one connection each, shared by all teams. */
export interface Mcp {
  /** The accepted tools. */
  readonly tools: readonly Tool[];
  /** A team may use them: connections are closed when the last team has given its lease back. */
  lease(): () => void;
  /** Asks every server what it offers now. */
  inspect(signal: AbortSignal): Promise<readonly ServerState[]>;
  /** Accepts what a server offers now; `undefined` when there is no such server. Counts from the next start on. */
  accept(server: string, signal: AbortSignal): Promise<ServerState | undefined>;
  /** Ends what is under way and closes every connection. */
  close(): Promise<void>;
}

/** More tools than a model can be offered in one request. */
const MAX_TOOLS = 100;

interface Place {
  readonly server: McpServer;
  readonly connection: McpConnection;
}

/**
 * Opens the house's servers. A server that is known is contacted when one of its tools is called; a new one is asked at
 * once what it offers, and that is accepted. One that cannot be reached is logged and has no tools.
 */
export async function openMcp(options: McpOptions): Promise<Mcp> {
  const pins = await readPins(options.dataDir);
  const places = options.servers.map((server) => placeOf(server, { ...options, pins }));
  await Promise.all(places.map((place) => learn(place, { ...options, pins })));
  const tools = places.flatMap((place) => toolsOf(place, pins, options.log));
  const state = (place: Place, signal: AbortSignal) => stateOf(place, pins, signal);
  return {
    tools: tools.slice(0, MAX_TOOLS),
    lease() {
      const releases = places.map(({ connection }) => connection.lease());
      return () => {
        for (const release of releases) release();
      };
    },
    inspect: (signal) => Promise.all(places.map((place) => state(place, signal))),
    async accept(name, signal) {
      const place = places.find(({ server }) => server.name === name);
      if (place === undefined) return undefined;
      const used = await place.connection.use(async (client) => client.tools, signal);
      if (used.kind === 'done') await pins.accept(name, used.result);
      return state(place, signal);
    },
    async close() {
      await Promise.all(places.map(({ connection }) => connection.close()));
    },
  };
}

interface Parts extends McpOptions {
  readonly pins: Pins;
}

const placeOf = (server: McpServer, parts: Parts): Place => ({
  server,
  connection: new McpConnection({
    ...parts,
    server,
    onOpened: (client) => tellDifference(server, client, parts),
  }),
});

/** The operator is told with each new session, since a server may change at any time. */
function tellDifference({ name }: McpServer, client: McpClient, { pins, log }: Parts): void {
  for (const { tool, why } of client.unusable) {
    log.warn('mcp.tool_unusable', { server: name, tool, why });
  }
  const accepted = pins.of(name);
  if (accepted === undefined) return;
  const { added, changed, gone } = differenceOf(accepted, client.tools);
  if (added.length + changed.length + gone.length === 0) return;
  log.warn('mcp.tools_changed', {
    server: name,
    added: listed(added),
    changed: listed(changed),
    gone: listed(gone),
    remedy: `withheld until accepted: npm run mcp -- accept ${name}`,
  });
}

const listed = (names: readonly string[]): string => names.slice(0, 20).join(' ');

const FOREVER = new AbortController().signal;

async function learn({ server, connection }: Place, { pins, log }: Parts): Promise<void> {
  const { name } = server;
  if (pins.of(name) !== undefined) return;
  // Its connection has a deadline of its own.
  const used = await connection.use(async ({ tools }) => tools, FOREVER);
  if (used.kind === 'broke') {
    log.warn('mcp.unreachable', { server: name, why: used.failure.message });
    return;
  }
  await pins.accept(name, used.result);
  log.info('mcp.accepted', { server: name, tools: used.result.length });
}

function toolsOf({ server, connection }: Place, pins: Pins, log: Log): readonly Tool[] {
  const tools = wanted(server, pins.of(server.name) ?? []).map((offered) =>
    mcpTool({ server, connection, offered }),
  );
  return tools.filter(({ name }, at) => {
    const isFirst = tools.findIndex((other) => other.name === name) === at;
    if (!isFirst) log.warn('mcp.name_taken', { server: server.name, tool: name });
    return isFirst;
  });
}

const wanted = ({ tools }: McpServer, offered: readonly OfferedTool[]): readonly OfferedTool[] =>
  tools === undefined ? offered : offered.filter(({ name }) => tools.includes(name));

async function stateOf(
  { server, connection }: Place,
  pins: Pins,
  signal: AbortSignal,
): Promise<ServerState> {
  const accepted = pins.of(server.name) ?? [];
  const tools = wanted(server, accepted).map(({ name }) => nameOf(server.name, name));
  const used = await connection.use(async (client) => client.tools, signal);
  if (used.kind === 'done') {
    return { server: server.name, tools, difference: differenceOf(accepted, used.result) };
  }
  const unknown = { added: [], changed: [], gone: [] };
  return { server: server.name, problem: used.failure.message, tools, difference: unknown };
}
