import type { Client, Transport } from '@modelcontextprotocol/client';
import type { Clock } from '../../shared/clock.ts';
import { type OfferedTool, readTool } from './offered-tool.ts';
import type { McpServer, StdioServer } from './servers.ts';

/** A tool's answer, in words of the server. */
export interface CallAnswer {
  readonly isError: boolean;
  readonly text: string;
}

export interface Call {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** One open session with a server. */
export interface McpClient {
  /** What it offers, as far as it can be used. */
  readonly tools: readonly OfferedTool[];
  /** Tools that cannot be used, and why. */
  readonly unusable: readonly { readonly tool: string; readonly why: string }[];
  /** Rejects when the server cannot be reached or answers with an error of the protocol. */
  call(call: Call): Promise<CallAnswer>;
  /** Ends the session and whatever was started for it. Never rejects. */
  close(): Promise<void>;
}

export interface Opening {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when the session is of no more use, at most once, and not after `close`. */
  readonly onLost: (why: string) => void;
}

/** More than any call may take: deadlines are kept by whoever calls. */
const NEVER_MS = 2 ** 31 - 1;

/** Connects to a server and asks what it offers. Leaves nothing behind when it rejects. */
export async function openClient(server: McpServer, opening: Opening): Promise<McpClient> {
  const { Client: SdkClient } = await import('@modelcontextprotocol/client');
  const client = new SdkClient({ name: 'troupe', version: '0.1.0' });
  const line = await lineTo(server);
  const session = new Session(client, line, opening);
  // The SDK leaves a process that never answers to itself: it is ended here.
  const giveUp = () => void session.close();
  opening.signal.addEventListener('abort', giveUp, { once: true });
  try {
    const { signal } = opening;
    await client.connect(line.transport, { signal, timeout: NEVER_MS });
    const { tools } = await client.listTools(undefined, { signal, timeout: NEVER_MS });
    return session.offering(tools.map(readNamed));
  } catch (error) {
    await session.close();
    throw error;
  } finally {
    opening.signal.removeEventListener('abort', giveUp);
  }
}

const readNamed = (words: Parameters<typeof readTool>[0]): NamedTool => ({
  tool: words.name.slice(0, 64),
  read: readTool(words),
});

interface NamedTool {
  readonly tool: string;
  readonly read: OfferedTool | string;
}

interface Line {
  readonly transport: Transport;
  /** Tells the other side that the session is over, where that takes more than hanging up. */
  farewell?(): Promise<void>;
}

async function lineTo(server: McpServer): Promise<Line> {
  if (server.kind === 'stdio') return { transport: await processOf(server) };
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const transport = new StreamableHTTPClientTransport(new URL(server.url), {
    requestInit: { headers: { ...server.headers } },
    // A stream that cannot be had again soon means that the server is gone, and calls with it.
    reconnectionOptions: {
      initialReconnectionDelay: 200,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 2,
      maxRetries: 2,
    },
  });
  return { transport, farewell: () => transport.terminateSession() };
}

async function processOf({ command, args, env, cwd }: StdioServer): Promise<Transport> {
  const { StdioClientTransport, getDefaultEnvironment } = await import(
    '@modelcontextprotocol/client/stdio'
  );
  // Not our own environment: our keys are not for it.
  const bare = { ...getDefaultEnvironment(), ...env };
  return new StdioClientTransport({ command, args: [...args], env: bare, cwd, stderr: 'ignore' });
}

/** The SDK says it in these words only (client 2.4). */
const GIVEN_UP = /maximum reconnection attempts/i;

/** How long a server is given to take note of a farewell. */
const FAREWELL_MS = 1_000;

class Session {
  readonly #client: Client;
  readonly #line: Line;
  readonly #clock: Clock;
  #closing: Promise<void> | undefined;
  #isLost = false;

  constructor(client: Client, line: Line, { clock, onLost }: Opening) {
    this.#client = client;
    this.#line = line;
    this.#clock = clock;
    const lose = (why: string) => {
      if (this.#isLost || this.#closing !== undefined) return;
      this.#isLost = true;
      onLost(why);
    };
    client.onclose = () => lose('it has closed the connection');
    client.onerror = ({ message }) => {
      if (GIVEN_UP.test(message)) lose('it cannot be reached any more');
    };
  }

  offering(named: readonly NamedTool[]): McpClient {
    return {
      tools: named.flatMap(({ read }) => (typeof read === 'string' ? [] : [read])),
      unusable: named.flatMap(({ tool, read }) =>
        typeof read === 'string' ? [{ tool, why: read }] : [],
      ),
      call: (call) => this.#call(call),
      close: () => this.close(),
    };
  }

  async #call({ tool, args, signal }: Call): Promise<CallAnswer> {
    const result = await this.#client.callTool(
      { name: tool, arguments: { ...args } },
      { signal, timeout: NEVER_MS },
    );
    return { isError: result.isError === true, text: wordsOf(result) };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { transport, farewell } = this.#line;
    if (farewell !== undefined && !this.#isLost) await this.#within(FAREWELL_MS, farewell());
    // A server that is gone cannot be hung up on: there is nothing left to close then.
    await this.#client.close().catch(() => {});
    await transport.close().catch(() => {});
  }

  async #within(ms: number, work: Promise<void>): Promise<void> {
    let timer: unknown;
    const late = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, ms);
    });
    // Courtesy only: whether it was heard changes nothing.
    await Promise.race([work.catch(() => {}), late]);
    this.#clock.clearTimeout(timer);
  }
}

type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'resource'; readonly resource: object }
  | { readonly type: string };

interface ToolResultWords {
  readonly content?: readonly Piece[];
  readonly structuredContent?: unknown;
}

/** What can be read of a result; pictures and sounds are named only. */
function wordsOf({ content = [], structuredContent }: ToolResultWords): string {
  const words = content.map(pieceText).filter((text) => text !== '');
  if (words.length > 0 || structuredContent === undefined) return words.join('\n');
  return JSON.stringify(structuredContent);
}

function pieceText(piece: Piece): string {
  if ('text' in piece) return piece.text;
  if ('resource' in piece) {
    const { resource } = piece;
    if ('text' in resource && typeof resource.text === 'string') return resource.text;
    return `[a resource${'uri' in resource ? `: ${String(resource.uri)}` : ''}]`;
  }
  if ('uri' in piece) return `[a link: ${String(piece.uri)}]`;
  return `[${piece.type}, which cannot be shown]`;
}
