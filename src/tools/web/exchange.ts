import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** One HTTP request. */
export interface Exchange {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** The rest of a longer answer is not read; counts what it unpacks to. */
  readonly maxBytes: number | ((answer: AnswerHead) => number);
  /** Resolves host names; the addresses it gives are the ones connected to. Not called for IP addresses. */
  readonly lookup?: LookupFunction;
  /** Says of an answer, before its body is read, why it is of no use. */
  readonly refuse?: (answer: AnswerHead) => string | undefined;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Answer extends AnswerHead {
  readonly bytes: Buffer;
  /** There was more than `maxBytes`. */
  readonly cut: boolean;
}

/** An answer that `refuse` did not want, or that is packed in a way nobody asked for. */
export class UnwantedAnswer extends Error {
  override readonly name = 'UnwantedAnswer';
}

/**
 * Makes one request on a connection of its own, which is closed with it; follows no redirect. Rejects when the
 * connection fails, the signal aborts, or the answer is unwanted.
 */
export async function exchange(url: URL, wanted: Exchange): Promise<Answer> {
  const response = await headOf(url, wanted);
  try {
    const { statusCode: status = 0, headers } = response;
    const refusal = wanted.refuse?.({ status, headers });
    if (refusal !== undefined) throw new UnwantedAnswer(refusal);
    const { maxBytes } = wanted;
    const room = typeof maxBytes === 'number' ? maxBytes : maxBytes({ status, headers });
    return { status, headers, ...(await bodyOf(response, room)) };
  } finally {
    response.destroy();
  }
}

const ENCODINGS = 'gzip, deflate, br';

function headOf(
  url: URL,
  { method = 'GET', headers, body, signal, lookup }: Exchange,
): Promise<http.IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      headers: { 'accept-encoding': ENCODINGS, ...headers },
      agent: false,
      signal,
      ...(lookup === undefined ? {} : { lookup }),
    });
    // Stays: a connection that breaks while the body is read is told by the body, too.
    sent.on('error', reject);
    sent.once('response', resolve);
    sent.end(body);
  });
}

async function bodyOf(
  response: http.IncomingMessage,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly cut: boolean }> {
  const pieces: Buffer[] = [];
  let room = maxBytes;
  // What is unpacked is counted piece by piece: a small answer that unpacks to gigabytes is left at the limit.
  for await (const piece of unpacked(response)) {
    // Neither stream has an encoding set: its pieces are buffers.
    const bytes = piece as Buffer;
    pieces.push(bytes.subarray(0, room));
    room -= bytes.length;
    if (room < 0) break;
  }
  return { bytes: Buffer.concat(pieces), cut: room < 0 };
}

function unpacked(response: http.IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const unpack = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };
  switch (encoding) {
    case '':
    case 'identity':
      return response;
    case 'gzip':
    case 'deflate':
    case 'br':
      // What goes wrong is told to whoever reads from the end.
      return pipeline(response, unpack[encoding](), () => {});
    default:
      throw new UnwantedAnswer('It is packed in a way that was not asked for.');
  }
}
