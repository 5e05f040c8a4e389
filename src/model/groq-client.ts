import Groq from 'groq-sdk';
import type { Transport } from './transport.ts';

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

/** Shown to the SDK, which lists the headers of each request for a log line that it then drops. */
const NO_HEADERS = new Headers();

type Built = Awaited<ReturnType<Groq['buildRequest']>>;

class LeanGroq extends Groq {
  readonly #settings: ClientSettings;
  readonly #templates = new Map<string, Built>();
  readonly #headers = new Map<string, Headers>();

  constructor(settings: ClientSettings) {
    const { baseUrl, apiKey } = settings;
    super({
      baseURL: baseUrl,
      apiKey: apiKey ?? 'none',
      ...(apiKey === undefined ? { defaultHeaders: { Authorization: null } } : {}),
      maxRetries: 0,
      logger: SILENT,
      logLevel: 'off',
    });
    this.#settings = settings;
  }

  /** Servers other than Groq have their own idea of what comes before the resource. */
  override buildURL(...[path, query, base]: Parameters<Groq['buildURL']>): string {
    const own = this.#settings.compatible ? path.replace(/^\/openai\/v1(?=\/)/, '') : path;
    return super.buildURL(own, query, base);
  }

  /**
   * The SDK puts the same address and headers together for every call, at a third of a call's CPU: done
   * once per path. It also lists the headers for a log line that it then drops: it is shown none.
   */
  override async buildRequest(
    ...[options, retry]: Parameters<Groq['buildRequest']>
  ): Promise<Built> {
    if (options.method !== 'post') return super.buildRequest(options, retry);
    const known = this.#templates.get(options.path);
    const template = known ?? (await super.buildRequest({ ...options, body: {} }, retry));
    const { url, timeout, req } = template;
    if (known === undefined) {
      this.#templates.set(options.path, template);
      this.#headers.set(url, req.headers);
    }
    const body = JSON.stringify(options.body);
    const signal = options.signal ?? null;
    return { url, timeout, req: { method: 'post', headers: NO_HEADERS, body, signal } };
  }

  /** Deadlines and aborts are ours: the SDK's timer and second controller would only cost. */
  override fetchWithTimeout(
    ...[url, init]: Parameters<Groq['fetchWithTimeout']>
  ): Promise<Response> {
    const { transport } = this.#settings;
    const headers = this.#headers.get(String(url));
    if (headers === undefined || init?.headers !== NO_HEADERS) return transport.fetch(url, init);
    return transport.fetch(url, { ...init, headers });
  }
}
