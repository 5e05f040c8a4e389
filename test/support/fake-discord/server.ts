import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { parseJson } from '../../../src/shared/parse.ts';
import type { Asked } from './asked.ts';
import { type Counted, RateLimits } from './limits.ts';
import { ApiError, type Attachment } from './objects.ts';
import { type Places, route } from './routes.ts';

/** A request that came, and how it was answered. */
export interface Request {
  readonly method: string;
  /** With ids as they are: `/channels/1/messages`. */
  readonly path: string;
  readonly at: number;
  readonly body: unknown;
  status: number;
}

/** What is done to a request instead of answering it. */
export type Fault =
  | 'none'
  /** Answered with this, nothing done. */
  | { readonly status: number }
  /** Done, but answered with this. */
  | { readonly doneAnd: number }
  /** Done, but the connection is cut before the answer. */
  | 'done_and_cut'
  /** Done and answered once this settles. */
  | { readonly after: Promise<unknown> };

export interface HttpOptions {
  readonly token: string;
  readonly now: () => number;
  readonly places: () => Places;
  readonly fault: (request: Request) => Fault;
  readonly onChange: () => void;
}

/** The REST side: auth, limits, faults, then the route. */
export class FakeHttp {
  readonly requests: Request[] = [];
  readonly limits: RateLimits;
  readonly files = new Map<string, { readonly bytes: Buffer; readonly type: string }>();
  readonly server: http.Server;
  /** False: every authorised request is answered with 401. */
  acceptsToken = true;
  port = 0;
  readonly #options: HttpOptions;
  #files = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.limits = new RateLimits(options.now);
    this.server = http.createServer((req, res) => {
      this.#handle(req, res).catch((error: unknown) => {
        // A bug of the fake itself is told to whoever asked, and fails the test there.
        if (!res.headersSent) send(res, errorAnswer(new ApiError(599, 0, String(error))));
        else res.destroy();
      });
    });
  }

  async listen(port = 0): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    // A TCP server's address is always an object.
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Keeps a file where the CDN shows it. */
  keepFile(name: string, bytes: Buffer, type: string): Attachment {
    this.#files += 1;
    const id = this.#options.places().world.ids.next();
    const path = `/attachments/${this.#files}/${id}/${encodeURIComponent(name)}`;
    this.files.set(path, { bytes, type });
    const url = `http://127.0.0.1:${this.port}${path}`;
    return { id, filename: name, size: bytes.length, url, proxy_url: url, content_type: type };
  }

  async #handle(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://discord');
    const file = this.files.get(url.pathname);
    if (file !== undefined) {
      res.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
      res.end(file.bytes);
      return;
    }
    const path = decodeURIComponent(url.pathname).replace(/^\/api\/v10/, '');
    const { body, attachments } = await this.#read(req);
    const { now, fault: faultOf, onChange } = this.#options;
    const request = { method: req.method ?? '', path, at: now(), body, status: 0 };
    this.requests.push(request);
    const fault = faultOf(request);
    const asked = {
      method: request.method,
      path: path.split('/').slice(1),
      query: url.searchParams,
      body,
      attachments,
    };
    const { status, headers, content } = this.#answer(asked, { req, fault });
    request.status = status;
    onChange();
    if (fault === 'done_and_cut') return void res.destroy();
    if (typeof fault === 'object' && 'after' in fault) await fault.after;
    send(res, { status, content, headers });
  }

  #answer(asked: Asked, { req, fault }: { req: http.IncomingMessage; fault: Fault }): Answer {
    const { token, places } = this.#options;
    const needsNoToken =
      asked.path[0] === 'interactions' || (asked.path[0] === 'webhooks' && asked.path.length > 2);
    const isKnown = this.acceptsToken && req.headers.authorization === `Bot ${token}`;
    if (!needsNoToken && !isKnown) return errorAnswer(new ApiError(401, 0, '401: Unauthorized'));
    if (typeof fault === 'object' && 'status' in fault)
      return errorAnswer(new ApiError(fault.status, 0, 'As told.'));
    const limits = needsNoToken ? NO_LIMITS : this.limits.count(kindOf(asked), asked.path[1] ?? '');
    if (limits.refused !== undefined) return tooSoon(limits, limits.refused);
    const done = answered(asked, places());
    if (typeof fault === 'object' && 'doneAnd' in fault && done.status < 400)
      return { status: fault.doneAnd, headers: {}, content: { message: 'As told.', code: 0 } };
    return { ...done, headers: limits.headers };
  }

  async #read(
    req: http.IncomingMessage,
  ): Promise<{ readonly body: unknown; readonly attachments: readonly Attachment[] }> {
    const bytes = await buffer(req);
    const type = req.headers['content-type'] ?? '';
    if (bytes.length === 0) return { body: undefined, attachments: [] };
    if (!type.startsWith('multipart/')) return { body: jsonIn(bytes.toString()), attachments: [] };
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    const files = [...form].flatMap(([, value]) => (value instanceof File ? [value] : []));
    const attachments = await Promise.all(
      files.map(async (file) =>
        this.keepFile(file.name, Buffer.from(await file.arrayBuffer()), file.type),
      ),
    );
    return { body: jsonIn(String(form.get('payload_json') ?? '{}')), attachments };
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: unknown;
}

const NO_LIMITS: Counted = { headers: {} };

const tooSoon = (
  { headers }: Counted,
  { retryAfter, isGlobal }: NonNullable<Counted['refused']>,
): Answer => ({
  status: 429,
  headers: { ...headers, 'retry-after': String(Math.ceil(retryAfter)) },
  content: { message: 'You are being rate limited.', retry_after: retryAfter, global: isGlobal },
});

function answered(asked: Asked, places: Places): Answer {
  try {
    const content = route(asked, places);
    return { status: content === undefined ? 204 : 200, headers: {}, content };
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error);
    throw error;
  }
}

const errorAnswer = ({ status, code, message }: ApiError): Answer => ({
  status,
  headers: {},
  content: { code, message },
});

function kindOf({ method, path }: Asked): string {
  if (path[2] === 'typing') return 'POST typing';
  if (path[4] === 'threads') return 'POST thread';
  return path[2] === 'messages' ? `${method} message` : `${method} other`;
}

function jsonIn(text: string): unknown {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : undefined;
}

function send(res: http.ServerResponse, { status, headers, content }: Answer): void {
  // An empty answer has no type: a client would try to read it.
  const type = status === 204 ? {} : { 'content-type': 'application/json' };
  res.writeHead(status, { ...type, ...headers });
  res.end(content === undefined || status === 204 ? undefined : JSON.stringify(content));
}
