import type { IncomingMessage } from 'node:http';
import { isRecord, parseJson } from '../shared/parse.ts';
import { Rejection } from './answer.ts';

/** Reads a request's JSON object of at most `maxBytes`. Throws `Rejection` when it is anything else. */
export async function readJsonBody(
  req: IncomingMessage,
  maxBytes: number,
): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
    throw new Rejection(415, 'The body must be sent as application/json.');
  }
  const parsed = parseJson(await readText(req, maxBytes));
  if (parsed.ok && isRecord(parsed.value)) return parsed.value;
  throw new Rejection(400, 'The body must be one JSON object.');
}

async function readText(req: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = new Rejection(413, `The body may have ${maxBytes} bytes at most.`);
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  // `destroyOnReturn: false`: leaving the loop must not close the socket before the answer is sent.
  for await (const piece of req.iterator({ destroyOnReturn: false })) {
    const chunk: Buffer = piece;
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
