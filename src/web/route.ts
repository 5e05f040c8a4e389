import type { IncomingMessage, ServerResponse } from 'node:http';
import { Rejection } from './answer.ts';
import type { Desk } from './desk.ts';

/** One request on its way to whoever serves it. */
export interface Call {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** What the path's variable segment said, still encoded. */
  readonly segment: string;
  readonly query: URLSearchParams;
  readonly desk: Desk;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly serve: (call: Call) => void | Promise<void>;
}

/** Gives up when the client leaves; a store that cannot be read is an answer, not an accident. */
export async function reading<T>(
  { res, desk }: Call,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  res.once('close', leave);
  try {
    return await read(gone.signal);
  } catch (error) {
    desk.log.warn('web.read_failed', { error: String(error) });
    throw new Rejection(503, 'What is kept cannot be read just now. Try again in a moment.');
  } finally {
    res.off('close', leave);
  }
}
