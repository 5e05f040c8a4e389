import type { ServerResponse } from 'node:http';

/** On every response: nothing foreign runs in the page, nobody frames it, nothing leaks in a referrer. */
const SAFETY_HEADERS = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** A request that is not served: an HTTP status and one sentence for whoever sent it. */
export class Rejection extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.status = status;
    this.headers = headers;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends a whole answer; a HEAD request gets the headers alone. */
export function sendAnswer(res: ServerResponse, answer: Answer): void {
  writeHead(res, answer.status, {
    'Content-Length': String(Buffer.byteLength(answer.body ?? '')),
    ...answer.headers,
  });
  res.end(res.req.method === 'HEAD' ? undefined : answer.body);
}

export function sendJson(res: ServerResponse, value: unknown): void {
  sendAnswer(res, { status: 200, headers: JSON_HEADERS, body: `${JSON.stringify(value)}\n` });
}

/** The connection is closed behind it: what the client may still be sending is not read. */
export function sendRejection(res: ServerResponse, rejection: Rejection): void {
  sendAnswer(res, {
    status: rejection.status,
    headers: { ...JSON_HEADERS, ...rejection.headers, Connection: 'close' },
    body: `${JSON.stringify({ error: rejection.message })}\n`,
  });
}

/** Starts a stream of JSON lines. */
export function beginLines(res: ServerResponse): void {
  writeHead(res, 200, {
    'Content-Type': 'application/x-ndjson; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  res.flushHeaders();
}

const JSON_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
};

function writeHead(
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
): void {
  res.writeHead(status, { ...SAFETY_HEADERS, ...headers });
}
