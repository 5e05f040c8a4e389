import { z } from 'zod';
import { type Failure, failure } from '../../../machines/failure.ts';
import { parseJson } from '../../shared/parse.ts';
import type { Secret } from '../../shared/secret.ts';
import { messageOf } from '../../shared/thrown.ts';
import type { Language } from './sandbox.ts';

/** Where E2B is, and the key that opens it. */
export interface E2bService {
  readonly url: string;
  /** `{sandbox}` stands for a sandbox's id. */
  readonly sandboxUrl: string;
  readonly key: Secret;
}

export interface RemoteSandbox {
  readonly id: string;
  readonly accessToken: string | undefined;
}

/** What a cell printed and showed. */
export interface CellResult {
  readonly ok: boolean;
  /** It took its own interpreter along. */
  readonly hasDied: boolean;
  readonly output: string;
  readonly dropped: number;
  readonly images: readonly Buffer[];
}

interface Waiting {
  readonly signal: AbortSignal;
}

/** The part of E2B's interface that is used here (https://e2b.dev/docs/api-reference). Rejects with `E2bProblem` only: one of kind `limit` is the cell's own fault. */
export interface E2bClient {
  /** A sandbox without the internet; it ends by itself after `lifeMs`. */
  create(lifeMs: number, waiting: Waiting): Promise<RemoteSandbox>;
  execute(sandbox: RemoteSandbox, cell: Cell, waiting: Waiting): Promise<CellResult>;
  /** Puts the end of a sandbox off: `lifeMs` from now. */
  prolong(id: string, lifeMs: number, waiting: Waiting): Promise<void>;
  /** One that is gone already counts as ended. */
  end(id: string, waiting: Waiting): Promise<void>;
}

export interface Cell {
  readonly language: Language;
  readonly code: string;
  /** Bytes of what it prints that are kept. */
  readonly maxOutput: number;
}

export class E2bProblem extends Error {
  override readonly name = 'E2bProblem';
  readonly failure: Failure;

  constructor(why: Failure, options?: ErrorOptions) {
    super(why.message, options);
    this.failure = why;
  }
}

const TEMPLATE = 'code-interpreter-v1';
const CreatedSchema = z.object({
  sandboxID: z.string().regex(/^[\w-]{1,100}$/),
  envdAccessToken: z.string().nullish(),
});

export function createE2bClient({ url, sandboxUrl, key }: E2bService): E2bClient {
  const api = (path: string, init: RequestInit) =>
    answered(new URL(path, withSlash(url)), {
      ...init,
      headers: { 'X-API-Key': key.reveal(), 'Content-Type': 'application/json' },
    });
  return {
    async create(lifeMs, { signal }) {
      const body = { templateID: TEMPLATE, timeout: secondsOf(lifeMs), secure: true };
      const answer = await api('sandboxes', {
        method: 'POST',
        body: JSON.stringify({ ...body, allow_internet_access: false }),
        signal,
      });
      const parsed = parseJson(await textOf(answer));
      const created = CreatedSchema.safeParse(parsed.ok ? parsed.value : undefined);
      if (!created.success) throw unexpected('no sandbox');
      const { sandboxID: id, envdAccessToken } = created.data;
      return { id, accessToken: envdAccessToken ?? undefined };
    },
    async execute({ id, accessToken }, { language, code, maxOutput }, { signal }) {
      const answer = await answered(
        new URL('execute', withSlash(sandboxUrl.replace('{sandbox}', id))),
        {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            ...(accessToken === undefined ? {} : { 'X-Access-Token': accessToken }),
          },
          body: JSON.stringify({ code, language }),
          signal,
        },
      );
      return readCell(answer, maxOutput);
    },
    async prolong(id, lifeMs, { signal }) {
      const body = JSON.stringify({ timeout: secondsOf(lifeMs) });
      await textOf(await api(`sandboxes/${id}/timeout`, { method: 'POST', body, signal }));
    },
    async end(id, { signal }) {
      try {
        await textOf(await api(`sandboxes/${id}`, { method: 'DELETE', signal }));
      } catch (error) {
        if (!(error instanceof E2bProblem && error.failure.kind === 'unknown')) throw error;
      }
    },
  };
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
const secondsOf = (ms: number): number => Math.ceil(ms / 1000);
const unexpected = (what: string): E2bProblem =>
  new E2bProblem(failure('bad_schema', `E2B answered with ${what}.`));

async function answered(url: URL, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, redirect: 'error' });
  } catch (error) {
    throw cut(error);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new E2bProblem(refusal(response.status));
}

function refusal(status: number): Failure {
  if (status === 401 || status === 403)
    return failure('auth', 'E2B does not accept the key: the operator must look at it.');
  if (status === 404 || status === 410) return failure('unknown', 'The sandbox on E2B is gone.');
  if (status === 429) return failure('rate_limited', 'E2B has no room for another sandbox now.');
  return failure(status >= 500 ? 'server' : 'unavailable', `E2B answered ${status}.`);
}

const cut = (error: unknown): E2bProblem =>
  new E2bProblem(failure('transport', `E2B could not be reached: ${messageOf(error)}.`), {
    cause: error,
  });

async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw cut(error);
  }
}

const LineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stdout'), text: z.string() }),
  z.object({ type: z.literal('stderr'), text: z.string() }),
  z.object({ type: z.literal('result'), text: z.string().nullish(), png: z.string().nullish() }),
  z.object({ type: z.literal('error'), name: z.string().nullish(), traceback: z.string() }),
]);

/** How E2B calls it when an interpreter is gone in the middle of a cell. */
const DIED = 'UnexpectedEndOfExecution';

const MAX_LINE_CHARS = 24 * 1024 * 1024;
/** Whoever prints so much more than is kept does it to harm. */
const FLOOD_CHARS = 16 * 1024 * 1024;
const flooded = (): E2bProblem => new E2bProblem(failure('limit', 'The code prints without end.'));

/** One JSON object a line, until the cell has ended. */
async function readCell(response: Response, maxOutput: number): Promise<CellResult> {
  const cell = new CellReader(maxOutput);
  let rest = '';
  try {
    for await (const text of (response.body ?? new ReadableStream()).pipeThrough(
      new TextDecoderStream(),
    )) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) cell.read(line);
      if (rest.length > MAX_LINE_CHARS) throw flooded();
    }
  } catch (error) {
    throw error instanceof E2bProblem ? error : cut(error);
  }
  cell.read(rest);
  return cell.result();
}

class CellReader {
  readonly #maxOutput: number;
  readonly #images: Buffer[] = [];
  #output = '';
  #dropped = 0;
  #ok = true;
  #hasDied = false;

  constructor(maxOutput: number) {
    this.#maxOutput = maxOutput;
  }

  read(line: string): void {
    const parsed = parseJson(line);
    // Lines of other kinds count executions and the like.
    const known = LineSchema.safeParse(parsed.ok ? parsed.value : undefined);
    if (!known.success) return;
    const { data } = known;
    if (data.type === 'error') {
      this.#ok = false;
      this.#hasDied ||= data.name === DIED;
      this.#print(
        `${data.name === DIED ? 'The code has ended its own interpreter.' : data.traceback}\n`,
      );
    } else if (data.type !== 'result') this.#print(data.text);
    else if (typeof data.png === 'string') this.#images.push(Buffer.from(data.png, 'base64'));
    else if (typeof data.text === 'string') this.#print(`${data.text}\n`);
  }

  result(): CellResult {
    return {
      ok: this.#ok,
      hasDied: this.#hasDied,
      output: this.#output,
      dropped: this.#dropped,
      images: this.#images,
    };
  }

  #print(text: string): void {
    const room = Math.max(0, this.#maxOutput - this.#output.length);
    this.#output += text.slice(0, room);
    this.#dropped += Math.max(0, text.length - room);
    if (this.#dropped > FLOOD_CHARS) throw flooded();
  }
}
