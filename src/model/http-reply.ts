import { type Json, parseJson } from '../shared/parse.ts';
import type { CallListener, HttpHead } from './http-call.ts';

/** The part of a `Response` that the SDK reads of its small answers, which have come as a whole. */
export interface HttpReply {
  readonly status: number;
  readonly ok: boolean;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: null;
  text(): Promise<string>;
  /** Rejects when the body is not JSON. */
  json(): Promise<Json>;
}

/** Waits for a whole answer to what `send` sends; rejects when it does not become one. */
export function wholeReply(
  url: string,
  send: (listener: CallListener) => void,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let head: HttpHead | undefined;
    send({
      onHead(came) {
        head = came;
      },
      onBytes: (bytes) => pieces.push(bytes),
      onEnd() {
        if (head !== undefined) resolve(replyOf(url, head, Buffer.concat(pieces).toString('utf8')));
      },
      onError: reject,
    });
  });
}

function replyOf(url: string, { status, header }: HttpHead, text: string): HttpReply {
  return {
    status,
    ok: isOk(status),
    url,
    headers: { get: (name) => header(name.toLowerCase()) },
    body: null,
    text: async () => text,
    async json() {
      const parsed = parseJson(text);
      if (parsed.ok) return parsed.value;
      throw new SyntaxError(parsed.why);
    },
  };
}

export const isOk = (status: number): boolean => status >= 200 && status < 300;
