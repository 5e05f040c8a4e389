import { linesOf, TOO_LONG } from '../shared/lines.ts';
import { inTime } from './in-time.ts';
import { errorIn } from './wire.ts';

export interface ServerAddress {
  readonly port: number;
  readonly token: string;
}

/** The web console's HTTP interface, from this machine. Rejects with `Refused` when the house says no. */
export interface ConsoleClient {
  /** The lines of a streaming answer. */
  lines(path: string, request: ClientRequest): AsyncGenerator<string>;
  read(path: string, signal: AbortSignal): Promise<string>;
  post(path: string, body: object): Promise<void>;
  /** Likewise, and gives back what the house answers. */
  send(path: string, body: object, signal: AbortSignal): Promise<string>;
}

interface ClientRequest {
  readonly signal: AbortSignal;
  readonly body?: object;
}

/** The house said no: `message` is for people. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

const CALL_MS = 15_000;

export function createClient({ port, token }: ServerAddress): ConsoleClient {
  const origin = `http://127.0.0.1:${port}`;
  const send = async (path: string, { signal, body }: ClientRequest): Promise<Response> => {
    const response = await fetch(origin + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        Origin: origin,
        'Content-Type': 'application/json',
      },
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    const sentence = errorIn(await response.text());
    throw new Refused(response.status, sentence || `The house answered ${response.status}.`);
  };
  return {
    async *lines(path, request) {
      const response = await send(path, request);
      if (response.body !== null) yield* linesIn(response.body);
    },
    read: async (path, signal) => (await send(path, { signal })).text(),
    send: async (path, body, signal) => (await send(path, { body, signal })).text(),
    async post(path, body) {
      await inTime(CALL_MS, (signal) => send(path, { body, signal }));
    },
  };
}

/** More than any event of a run has: an answer in one line, and room to spare. */
const MAX_LINE_CHARS = 4_000_000;

async function* linesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  for await (const line of linesOf(body, MAX_LINE_CHARS)) {
    if (line !== TOO_LONG) yield line;
  }
}
