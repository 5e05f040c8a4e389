import type { Secret } from '../shared/secret.ts';

export interface BridgeAddress {
  /** The root of the bridge's server, with or without a path; no query. */
  readonly url: string;
  readonly token: Secret | undefined;
}

export interface BridgeRequest {
  readonly signal: AbortSignal;
  /** Posted as JSON; without it, the request is a GET. */
  readonly body?: object;
}

/** Speaks HTTP with the bridge's server. Rejects when it cannot be reached or the connection breaks. */
export type BridgeClient = (path: string, request: BridgeRequest) => Promise<Response>;

/** A redirect is an error: the token belongs to this server and to no other. */
export function createBridgeClient({ url, token }: BridgeAddress): BridgeClient {
  const root = url.replace(/\/+$/, '');
  const headers = token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
  return (path, { signal, body }) =>
    fetch(`${root}${path}`, {
      signal,
      redirect: 'error',
      ...(body === undefined
        ? { headers }
        : {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    });
}

const MAX_ANSWER_BYTES = 4_000_000;

/** The body of a response. Rejects when it is larger than 4 MB or breaks off. */
export async function textOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    size += piece.length;
    if (size > MAX_ANSWER_BYTES)
      throw new Error(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Why a request failed, without what was sent. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
