import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../shared/parse.ts';
import { messageOf } from '../../shared/thrown.ts';

interface ServerFacts {
  /** `[a-z][a-z0-9_]*`, at most 24: the first part of its tools' names. */
  readonly name: string;
  /** The only tools that are taken over, by the server's own names; left out: all. */
  readonly tools?: readonly string[] | undefined;
  /** What its tools may do, as the operator knows it; nobody asks the server. */
  readonly readsPrivate: boolean;
  readonly sendsOutward: boolean;
  /** Its tools that are run only if the asker allows it, by the server's own names; or all of them. */
  readonly confirm: boolean | readonly string[];
  /** Whether a tool of which the server says so may be called twice, when nobody knows whether it was called. */
  readonly mayRepeat: boolean;
  /** How long one call may take, in milliseconds. */
  readonly timeoutMs: number;
}

export interface HttpServer extends ServerFacts {
  readonly kind: 'http';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StdioServer extends ServerFacts {
  readonly kind: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** One server that the operator has configured. */
export type McpServer = HttpServer | StdioServer;

export interface McpSettings {
  /** Streamable HTTP servers without anything to be said about them. */
  readonly urls: readonly string[];
  /** A file with `mcpServers`, as other programs use it. */
  readonly file: string | undefined;
}

const facts = {
  tools: z.array(z.string('expected the name of a tool')).optional(),
  readsPrivate: z.boolean('expected true or false').default(false),
  sendsOutward: z.boolean('expected true or false').default(true),
  confirm: z
    .union([z.boolean(), z.array(z.string())], 'expected true, false or a list of names')
    .default(false),
  mayRepeat: z.boolean('expected true or false').default(true),
  timeoutSeconds: z.number('expected a number').min(1).max(3_600).default(60),
};
const texts = z.record(z.string(), z.string('expected a text')).default({});

const StdioSchema = z.strictObject({
  type: z.literal('stdio').optional(),
  command: z.string('expected a command').min(1, 'expected a command'),
  args: z.array(z.string('expected a text')).default([]),
  env: texts,
  cwd: z.string('expected a folder').optional(),
  ...facts,
});
const HttpSchema = z.strictObject({
  type: z.enum(['http', 'streamable-http', 'streamableHttp'], 'expected http').optional(),
  url: z.url({ protocol: /^https?$/, error: 'expected an address of http:// or https://' }),
  headers: texts,
  ...facts,
});
const FileSchema = z.object({
  mcpServers: z.record(z.string(), z.record(z.string(), z.unknown(), 'expected a server')),
});

/** The servers that are configured. Throws `TypeError` with everything that is wrong with the file. */
export function readServers({ urls, file }: McpSettings): readonly McpServer[] {
  const listed = urls.map((url) => httpServer(nameOf(url), HttpSchema.parse({ url })));
  const servers = [...listed, ...(file === undefined ? [] : serversIn(resolve(file)))];
  const doubled = servers.find(
    ({ name }, at) => servers.findIndex((other) => other.name === name) !== at,
  );
  if (doubled === undefined) return servers;
  throw new TypeError(`Two MCP servers are called "${doubled.name}": name them in MCP_CONFIG.`);
}

function serversIn(file: string): readonly McpServer[] {
  const parsed = FileSchema.safeParse(readJson(file));
  if (!parsed.success) {
    throw new TypeError(`MCP_CONFIG ${file} must be a JSON object with "mcpServers".`);
  }
  const problems: string[] = [];
  const servers = Object.entries(parsed.data.mcpServers).flatMap(([called, entry]) => {
    const name = plain(called);
    const server = 'command' in entry ? StdioSchema.safeParse(entry) : HttpSchema.safeParse(entry);
    if (server.success) {
      return 'command' in server.data
        ? [stdioServer(name, server.data, dirname(file))]
        : [httpServer(name, server.data)];
    }
    // What stands there may be a key: only the place and what was expected are named.
    problems.push(
      ...server.error.issues.map(
        ({ path, message }) => `- ${[called, ...path].join('.')}: ${message}`,
      ),
    );
    return [];
  });
  if (problems.length === 0) return servers;
  throw new TypeError([`MCP_CONFIG ${file} has problems:`, ...problems].join('\n'));
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new TypeError(`MCP_CONFIG ${file} cannot be read: ${messageOf(error)}`);
  }
  const parsed = parseJson(text);
  if (parsed.ok) return parsed.value;
  // The parser's own words may quote a piece of the file, and with it a key.
  throw new TypeError(`MCP_CONFIG ${file} is not JSON.`);
}

const httpServer = (
  name: string,
  { timeoutSeconds, type: _, ...rest }: z.output<typeof HttpSchema>,
): McpServer => ({ kind: 'http', name, timeoutMs: timeoutSeconds * 1_000, ...rest });

const stdioServer = (
  name: string,
  { timeoutSeconds, type: _, cwd, ...rest }: z.output<typeof StdioSchema>,
  folder: string,
): McpServer => ({
  kind: 'stdio',
  name,
  timeoutMs: timeoutSeconds * 1_000,
  ...rest,
  cwd: resolve(folder, cwd ?? '.'),
});

const MAX_NAME_CHARS = 24;

/** `https://mcp.example.com/sse` is `example_com`. */
const nameOf = (url: string): string =>
  plain((URL.parse(url)?.hostname ?? '').replace(/^(?:mcp|www|api)\./, ''));

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, 'server_')
    .replace(/_+$/, '')
    .slice(0, MAX_NAME_CHARS) || 'server';
