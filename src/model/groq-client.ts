import Groq from 'groq-sdk';
import type { Target, Transport } from './transport.ts';

export interface ClientSettings {
  /** What comes before `/openai/v1`, or with `compatible` what replaces it. */
  readonly baseUrl: string;
  readonly compatible: boolean;
  readonly apiKey: string | undefined;
  readonly transport: Transport;
}

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/** Groq's SDK without its own retries (their sleep is unbounded and deaf to aborts) and without its console output (it prints what models said). */
export function createGroqClient(settings: ClientSettings): Groq {
  return new LeanGroq(settings);
}

class LeanGroq extends Groq {
  readonly #compatible: boolean;

  constructor({ baseUrl, apiKey, compatible, transport }: ClientSettings) {
    super({
      baseURL: baseUrl,
      apiKey: apiKey ?? 'none',
      ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
      maxRetries: 0,
      logger: SILENT,
      logLevel: 'off',
      fetch: transport.fetch,
    });
    this.#compatible = compatible;
  }

  /** Servers other than Groq have their own idea of what comes before the resource. */
  override buildURL(...[path, query, base]: Parameters<Groq['buildURL']>): string {
    const own = this.#compatible ? path.replace(/^\/openai\/v1(?=\/)/, '') : path;
    return super.buildURL(own, query, base);
  }
}

/** Where chat completions are asked for, and with which headers: the same for every call. */
export async function chatTarget(client: Groq, transport: Transport): Promise<Target> {
  const path = '/openai/v1/chat/completions';
  const { url, req } = await client.buildRequest({ method: 'post', path, body: {} });
  return transport.aim(url, req.headers);
}
