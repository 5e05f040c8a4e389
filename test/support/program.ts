import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import { isRecord, parseJson } from '../../src/shared/parse.ts';
import { type ConsoleClient, createClient } from '../../src/terminal/console-client.ts';
import { askFor } from './made-once.ts';

const LAUNCHER = fileURLToPath(new URL('../../src/launch.mjs', import.meta.url));

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly errors: string;
}

/** The program in a process of its own, as `npm start` runs it. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when its output has this; rejects when it ends without. */
  says(words: string): Promise<void>;
  /** The same of what it writes on standard error. */
  logs(words: string): Promise<void>;
  out(): string;
  errors(): string;
}

export interface ProgramWishes {
  readonly env: Readonly<Record<string, string>>;
  /** What the launcher is told; default: `start`. */
  readonly name?: string;
  /** What is said behind it: `--admin`. */
  readonly words?: readonly string[];
  /** The version that Node claims to be; default: the truth. */
  readonly asNode?: string;
  /** A module that is loaded before it, into its threads, too. */
  readonly preload?: string;
}

/** Starts the program in an empty folder, with nothing of this process's environment but its PATH. */
export function launch({
  env,
  name = 'start',
  words = [],
  asNode,
  preload,
}: ProgramWishes): Program {
  const pretence = [
    ...(asNode === undefined ? [] : ['--import', claiming(asNode)]),
    ...(preload === undefined ? [] : ['--import', preload]),
  ];
  const child = spawn(process.execPath, [...pretence, LAUNCHER, name, ...words], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], WEB_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, errors }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  async function has(words: string, { stream, heard }: Voice): Promise<void> {
    const failed = ended.then((end) => {
      throw new Error(`It ended without saying "${words}": ${JSON.stringify(end)}`);
    });
    failed.catch(() => {});
    while (!heard().includes(words)) await Promise.race([once(stream, 'data'), failed]);
  }
  return {
    child,
    ended,
    out: () => out,
    errors: () => errors,
    says: (words) => has(words, { stream: child.stdout, heard: () => out }),
    logs: (words) => has(words, { stream: child.stderr, heard: () => errors }),
  };
}

interface Voice {
  readonly stream: Readable;
  heard(): string;
}

/** A module that makes Node give another version of itself. */
const claiming = (version: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { syncBuiltinESMExports } from 'node:module';
    Object.defineProperty(process, 'versions', { value: { node: '${version}' } });
    syncBuiltinESMExports();
  `)}`;

/** A program that is open, and its console. */
export interface OpenProgram extends Program, Console {
  /** Asks it to close, and waits until it has. */
  stop(): Promise<Ended>;
}

/** Starts the program and waits until it says that it is open. */
export async function start(wishes: ProgramWishes): Promise<OpenProgram> {
  const program = launch(wishes);
  await program.says('Ctrl-C');
  return {
    ...program,
    ...consoleAt(program.out()),
    stop() {
      program.child.kill('SIGTERM');
      return program.ended;
    },
  };
}

type Line = Readonly<Record<string, unknown>>;

export interface Question {
  readonly runId: string;
  readonly channelId: string;
  readonly text: string;
}

interface Console {
  readonly port: number;
  readonly url: string;
  readonly client: ConsoleClient;
  /** The events of a question, as they come; asked anew under the same id, the run is joined. */
  ask(question: Question): AsyncGenerator<Line>;
  /** Asks, and waits for the outcome. */
  answer(question: Question): Promise<unknown>;
  /** The entries of a channel. */
  conversation(channelId: string): Promise<readonly Line[]>;
  /** The first overview of the house that fits. */
  sees(fits: (overview: Line) => boolean): Promise<Line>;
}

function consoleAt(announcement: string): Console {
  const [url = '', port = '', token = ''] =
    /http:\/\/127\.0\.0\.1:(\d+)\/#token=([\w-]+)/.exec(announcement) ?? [];
  const client = createClient({ port: Number(port), token });
  const hangUp = new AbortController();
  onTestFinished(() => hangUp.abort());
  const lines = async function* (address: string, body?: object): AsyncGenerator<Line> {
    const request = { signal: hangUp.signal, ...(body === undefined ? {} : { body }) };
    for await (const line of client.lines(address, request)) yield recordIn(line);
  };
  const ask = (question: Question) => lines('/api/ask', question);
  return {
    port: Number(port),
    url,
    client,
    ask,
    async answer(question) {
      for await (const line of ask(question))
        if (line['type'] === 'run.settled') return line['outcome'];
      throw new Error('The events ended before the run was settled.');
    },
    async conversation(channelId) {
      const page = recordIn(await client.read(`/api/sessions/${channelId}`, hangUp.signal));
      const entries = page['entries'];
      return Array.isArray(entries) ? entries.filter(isRecord) : [];
    },
    async sees(fits) {
      for await (const { overview } of lines('/api/house'))
        if (isRecord(overview) && fits(overview)) return overview;
      throw new Error('The house closed the stream.');
    },
  };
}

function recordIn(text: string): Line {
  const parsed = parseJson(text);
  if (parsed.ok && isRecord(parsed.value)) return parsed.value;
  throw new Error(`Not a JSON object: ${text}`);
}

/** A folder of the test's own. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'troupe-program-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A data folder with a database in it that nobody has used. Making one takes seconds, copying does not. */
export async function aDataFolder(): Promise<string> {
  const folder = path.join(await aFolder(), 'data');
  await cp(await askFor(inject('dataFolderBroker')), folder, { recursive: true });
  return folder;
}
