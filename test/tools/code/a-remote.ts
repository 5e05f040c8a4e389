import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { isRecord, parseJson } from '../../../src/shared/parse.ts';

interface Machine {
  readonly folder: string;
}

/** E2B as far as the house uses it: each of its machines is a folder, each cell a process there. */
export interface Remote {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly machines: Map<string, Machine>;
  /** Every request, as `METHOD path`. */
  readonly asked: string[];
  /** Answers the next request with this status. */
  refuseNext(status: number): void;
  /** Cuts the connection, instead of ending the answer, once a cell has run in whose code this stands. */
  loseCellWith(text: string): void;
  /** From now on, an interpreter that a cell has ended stays dead. */
  doNotRevive(): void;
  /** Resolves when a cell has begun that never ends. */
  readonly stuck: Promise<void>;
  /** Resolves when this machine has been ended. */
  isEnded(id: string): Promise<void>;
}

export const REMOTE_KEY = 'e2b_test_key_0123456789';

export async function aRemote(): Promise<Remote> {
  const machines = new Map<string, Machine>();
  const asked: string[] = [];
  const ended = new EventEmitter();
  let refusal: number | undefined;
  let isLost = (_code: string): boolean => false;
  let isDead = false;
  let isRevived = true;
  let isStuck: () => void = () => {};
  const stuck = new Promise<void>((resolve) => {
    isStuck = resolve;
  });
  const base = await mkdtemp(path.join(tmpdir(), 'troupe-remote-'));
  const server = createServer((req, res) => void serve(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(base, { recursive: true, force: true });
  });

  function administer({ method, headers }: IncomingMessage, res: ServerResponse, id: string) {
    if (headers['x-api-key'] !== REMOTE_KEY) return void res.writeHead(401).end('{}');
    const isThere = machines.has(id);
    if (method === 'DELETE') machines.delete(id);
    res.writeHead(isThere ? 204 : 404).end();
    ended.emit('ended');
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    asked.push(`${req.method} ${req.url}`);
    const body = await bodyOf(req);
    if (refusal !== undefined) {
      res.writeHead(refusal).end('{}');
      refusal = undefined;
      return;
    }
    const [, place = '', id = ''] = (req.url ?? '').split('/');
    if (place === 'run') return execute({ machine: machines.get(id), body, req, res });
    if (id === '') return create(res);
    administer(req, res, id);
  }

  async function create(res: ServerResponse): Promise<void> {
    const id = `box-${machines.size + 1}`;
    machines.set(id, { folder: await mkdtemp(`${base}/box-`) });
    res.writeHead(201, { 'Content-Type': 'application/json' });
    res.end(JSON.stringify({ sandboxID: id, envdAccessToken: `token-of-${id}` }));
  }

  async function execute({ machine, body, req, res }: Cell): Promise<void> {
    const code = String(body['code']);
    const denied = denialOf(machine, req);
    if (machine === undefined || denied) return void res.writeHead(denied ?? 404).end();
    res.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    if (isDead) return void res.destroy();
    if (code.includes('while True')) {
      res.write('{"type":"number_of_executions","execution_count":1}\n');
      return isStuck();
    }
    const wasKilled = await runCell(body, { machine, res });
    isDead = wasKilled && !isRevived;
    if (isLost(code)) res.destroy();
    else res.end();
  }

  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    sandboxUrl: `http://127.0.0.1:${port}/run/{sandbox}`,
    machines,
    asked,
    stuck,
    async isEnded(id) {
      while (machines.has(id)) await once(ended, 'ended');
    },
    refuseNext(status) {
      refusal = status;
    },
    doNotRevive() {
      isRevived = false;
    },
    loseCellWith(text) {
      isLost = (code) => code.includes(text);
    },
  };
}

/** The status of whoever asks for a machine that there is not, or without its token. */
function denialOf(machine: Machine | undefined, { headers }: IncomingMessage): number | undefined {
  if (!String(headers['x-access-token']).startsWith('token-of-')) return 403;
  return machine === undefined ? 404 : undefined;
}

const FIGURE = { type: 'result', png: 'iVBORw0KGgo=', text: '<Figure>' };

interface Stage {
  readonly machine: Machine;
  readonly res: ServerResponse;
}

/** Says what the cell prints and how it ends, as E2B does; gives back whether a signal ended its interpreter. */
async function runCell(
  { language, code }: Readonly<Record<string, unknown>>,
  { machine, res }: Stage,
): Promise<boolean> {
  const line = (value: object) => res.write(`${JSON.stringify(value)}\n`);
  const [program, ...words] = commandOf(language, String(code));
  const cell = spawn(program, words, {
    cwd: machine.folder,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  res.once('close', () => cell.kill('SIGKILL'));
  cell.stdout.setEncoding('utf8').on('data', (text) => line({ type: 'stdout', text }));
  let traceback = '';
  cell.stderr.setEncoding('utf8').on('data', (text) => {
    traceback += text;
  });
  const [status, signal] = await once(cell, 'close');
  if (signal !== null) {
    line({ type: 'error', name: 'UnexpectedEndOfExecution', value: '', traceback: '' });
  } else if (status !== 0) line({ type: 'error', name: 'Error', value: '', traceback });
  if (String(code).includes('show()')) line(FIGURE);
  return signal !== null;
}

const commandOf = (language: unknown, code: string): readonly [string, ...string[]] =>
  language === 'javascript'
    ? [process.execPath, '--input-type=module', '-e', code]
    : ['/usr/bin/python3', '-I', '-c', code];

interface Cell {
  readonly machine: Machine | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

async function bodyOf(req: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  for await (const piece of req.setEncoding('utf8')) text += String(piece);
  const parsed = parseJson(text);
  return parsed.ok && isRecord(parsed.value) ? parsed.value : {};
}
