import type { EnvReader } from './env-reader.ts';

/** Which MCP servers are used (docs/tools.md). */
export interface McpConfig {
  readonly urls: readonly string[];
  /** A file with `mcpServers`. */
  readonly file: string | undefined;
}

export function readMcp(reader: EnvReader): McpConfig {
  const urls = reader.list('MCP_URLS');
  if (!urls.every((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''))) {
    reader.problems.push('MCP_URLS must be addresses of http:// or https://, separated by commas.');
  }
  return { urls, file: reader.text('MCP_CONFIG') };
}
