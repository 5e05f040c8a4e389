import Groq from 'groq-sdk';
import type { Transport } from './transport.ts';

export interface ClientSettings {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly transport: Transport;
  /** The SDK's own deadline until the headers; ours come first. */
  readonly timeoutMs: number;
}

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/** Groq's SDK without its own retries (their sleep is unbounded and deaf to aborts) and without its console output (it prints what models said). */
export function createGroqClient(settings: ClientSettings): Groq {
  return new Groq(clientOptions(settings));
}

/** The same client for servers whose base address already ends where `/openai/v1` would come. */
export function createCompatibleClient(settings: ClientSettings): Groq {
  return new CompatibleGroq(clientOptions(settings));
}

class CompatibleGroq extends Groq {
  override buildURL(...[path, query, base]: Parameters<Groq['buildURL']>): string {
    return super.buildURL(path.replace(/^\/openai\/v1(?=\/)/, ''), query, base);
  }
}

function clientOptions({ baseUrl, apiKey, transport, timeoutMs }: ClientSettings) {
  return {
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
    maxRetries: 0,
    timeout: timeoutMs,
    fetch: transport.fetch,
    logger: SILENT,
    logLevel: 'off',
  } as const;
}
